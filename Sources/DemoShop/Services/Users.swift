import JSONText

extension Catalog {
  var usersEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/users", latency: 18) { [self] request in
        page(of: users, request) { $0.json }
      },
      // Who the client is, by its token: `Authorization: Bearer demo-42`.
      ShopEndpoint(.GET, "/me", latency: 8) { [self] request in
        let token = request.headers["Authorization"].first ?? ""
        guard token.hasPrefix("Bearer demo-"), let user = user(String(token.dropFirst(12))) else {
          return .problem(.unauthorized, "send Authorization: Bearer demo-42")
        }
        return .json(user.json)
      },
      ShopEndpoint(.GET, "/users/:id", latency: 8) { [self] request in
        user(request.captures[0]).map { .json($0.json) } ?? .problem(.notFound, "no such user")
      },
    ]
  }

  /// `?limit=` (20 unless said, at most 1000) and `?offset=` of a list: `{"count": of all, "items": […]}`.
  func page<Record>(
    of records: [Record], _ request: ShopRequest, _ json: (Record) -> JSONValue
  ) -> ShopAnswer {
    guard let limit = request.number("limit", within: 0...1000, standard: 20) else {
      return .problem(.badRequest, "limit is a number from 0 to 1000")
    }
    guard let offset = request.number("offset", within: 0...1_000_000, standard: 0) else {
      return .problem(.badRequest, "offset is a number from 0 on")
    }
    let items = records.dropFirst(offset).prefix(limit).map(json)
    return .json(["count": .number(records.count), "items": .array(items)])
  }
}
