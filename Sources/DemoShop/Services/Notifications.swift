import JSONText

extension Catalog {
  var notificationsEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/notifications/:userId", latency: 12) { [self] request in
        guard let user = user(request.captures[0]) else { return .problem(.notFound, "no such user") }
        let onlyUnread = request.query["unread"] == "true"
        let shown = notifications(of: user).filter { !(onlyUnread && $0.isRead) }
        return page(of: shown, request) { $0.json }
      }
    ]
  }

  /// Newest first.
  private func notifications(of user: User) -> [Notification] {
    var generator = Generator(seed: seed, "notifications", user.id)
    let count = user.id == User.known ? 5 : generator.int(0...8)
    var minutesAgo = 0
    return (0..<count).map { place in
      minutesAgo += generator.int(5...3_000)
      return Notification(
        id: "N\(user.id)-\(count - place)", text: generator.pick(Vocabulary.notices), isRead: place >= 2,
        sentAt: DateText.before(minutes: minutesAgo))
    }
  }
}

/// A message to a customer.
struct Notification: Sendable {
  let id: String
  let text: String
  let isRead: Bool
  let sentAt: String

  var json: JSONValue {
    ["id": .string(id), "text": .string(text), "read": .bool(isRead), "sentAt": .string(sentAt)]
  }
}
