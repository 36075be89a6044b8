import JSONText

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
