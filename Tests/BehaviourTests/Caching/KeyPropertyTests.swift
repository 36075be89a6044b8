import Foundation
import TestInputs
import Testing

extension Behaviour {
  /// Over generated routes: two requests that differ in an input that the route reads never share an entry; two that
  /// differ only in others always do.
  @Suite struct CacheKeyPropertyTests {
    static let routeCount = 40
    static let seed: UInt64 = 20_261_121

    @Test func keysAreTheInputsThatAreRead() throws {
      var dice = Dice(seed: Self.seed)
      let routes = (0..<Self.routeCount).map { GeneratedRoute(number: $0, &dice) }
      let backend = try ScriptedBackend { request in
        .json("\"\(request.line) \(request.head["x-forwarded-by-client"] ?? "-")\"")
      }
      defer { backend.stop() }
      let definition =
        "backends: { b1: { url: \"${env.B1}\", forward: [x-forwarded-by-client] } }\nroutes:\n"
        + routes.map(\.definition).joined()
      let gateway = try GatewayProcess(definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      for route in routes { try check(route, client, &dice) }
      try gateway.stopInOrder()
    }

    private func check(_ route: GeneratedRoute, _ client: RawClient, _ dice: inout Dice) throws {
      let base = GeneratedRequest(&dice)
      let first = try exchange(route, base, client)
      #expect(first["Cache-Status"] == "weft; fwd=miss; stored", "\(route.definition)\(base)\n\(first)")
      var seen = [base.read(by: route): first.text]
      for _ in 0..<24 {
        let input = GeneratedInput.allCases[dice.roll(GeneratedInput.allCases.count)]
        var other = base
        other.change(input, &dice)
        let answer = try exchange(route, other, client)
        let known = seen[other.read(by: route)]
        #expect(answer.isHit == (known != nil), "\(input)\n\(route.definition)\(base)\n\(other)\n\(answer)")
        if let known { #expect(answer.text == known, "\(input)\n\(route.definition)\(other)\n\(answer)") }
        seen[other.read(by: route)] = answer.text
      }
    }

    private func exchange(
      _ route: GeneratedRoute, _ request: GeneratedRequest, _ client: RawClient
    ) throws -> RawResponse {
      try client.send("GET \(request.target(of: route))", headers: request.headers)
      guard let response = try client.receive() else { throw SocketFailure.closed }
      return response
    }
  }
}

/// What a request can say.
enum GeneratedInput: String, CaseIterable {
  case path, first, second, list, header, forwarded, cookie, unread, unreadHeader, unreadCookie, order
}

/// A route that reads some inputs, each in a place of its own.
struct GeneratedRoute {
  let number: Int
  let reads: Set<GeneratedInput>

  static let readable: [GeneratedInput] = [.path, .first, .second, .list, .header, .forwarded, .cookie]

  init(number: Int, _ dice: inout Dice) {
    self.number = number
    reads = Set(Self.readable.filter { _ in dice.roll(2) == 0 })
  }

  /// The forwarded header is read where there is a call.
  var definition: String {
    var members: [String] = []
    if reads.contains(.path) { members.append(#"path: "${path.id}""#) }
    if reads.contains(.first) { members.append(#"first: "${query.first}""#) }
    if reads.contains(.second) { members.append(#"second: "a ${query.second} b""#) }
    if reads.contains(.list) { members.append(#"list: "${queryList.list}""#) }
    if reads.contains(.header) { members.append(#"header: "${headers.\"x-read\"}""#) }
    if reads.contains(.cookie) { members.append(#"cookie: "${cookies.read}""#) }
    if reads.contains(.forwarded) { members.append(#"call: "${v}""#) }
    let calls = reads.contains(.forwarded) ? "calls: { v: GET b1 /call }, " : ""
    return "  GET /generated/\(number)/:id: { cache: 1h, \(calls)response: { \(members.joined(separator: ", ")) } }\n"
  }
}

/// One request; values are picked from few, so that equal ones come again.
struct GeneratedRequest: CustomStringConvertible {
  private var values: [GeneratedInput: String] = [:]
  private var isReordered = false

  /// Empty, absent, with separators of all kinds, in another case, and twins of one another when they are glued.
  private static let texts: [String?] = ["", nil, "a", "A", "ab", "b", "a&b", "a=b", "a,b", "a, b", "a;b", "é", "1"]

  init(_ dice: inout Dice) {
    for input in GeneratedInput.allCases { change(input, &dice) }
  }

  mutating func change(_ input: GeneratedInput, _ dice: inout Dice) {
    if input == .order { isReordered.toggle() }
    values[input] = Self.texts[dice.roll(Self.texts.count)]
  }

  func read(by route: GeneratedRoute) -> [GeneratedInput: String?] {
    var read: [GeneratedInput: String?] = [:]
    for input in route.reads { read[input] = value(input) }
    return read
  }

  /// As the gateway reads it: header and cookie values have no blanks at their ends, and an empty path segment can't
  /// be.
  private func value(_ input: GeneratedInput) -> String? {
    switch input {
    case .path: values[.path].flatMap { $0.isEmpty ? nil : $0 } ?? "none"
    case .cookie: values[.cookie].map { String($0.prefix { $0 != ";" }) }
    default: values[input]
    }
  }

  func target(of route: GeneratedRoute) -> String {
    var pairs: [String] = []
    func add(_ name: String, _ input: GeneratedInput) {
      if let value = values[input] { pairs.append("\(name)=\(Self.encoded(value))") }
    }
    add("first", .first)
    add("second", .second)
    add("utm_source", .unread)
    add("first", .unread)
    if values[.first] == nil { pairs.removeAll { $0.hasPrefix("first=") } }
    if let list = values[.list] { pairs += ["list=0", "list=\(Self.encoded(list))"] }
    if isReordered {
      // The order of different names says nothing, that of one name does.
      let names = ["utm_source", "list", "second", "first"]
      pairs = names.flatMap { name in pairs.filter { $0.hasPrefix("\(name)=") } }
    }
    let query = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    return "/generated/\(route.number)/\(Self.encoded(value(.path) ?? "none"))\(query)"
  }

  var headers: [String] {
    var lines: [String] = []
    if let value = values[.header] { lines.append("X-Read: \(value)") }
    if let value = values[.forwarded] { lines.append("x-forwarded-by-client: \(value)") }
    if let value = values[.unreadHeader] { lines.append("X-Unread: \(value)") }
    var cookies: [String] = []
    if let value = values[.unreadCookie] { cookies.append("unread=\(value.prefix { $0 != ";" })") }
    if let value = value(.cookie) { cookies.append("read=\(value)") }
    if !cookies.isEmpty { lines.append("Cookie: \(cookies.joined(separator: "; "))") }
    return isReordered ? lines.reversed() : lines
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
  }

  var description: String { "\(values.sorted { $0.key.rawValue < $1.key.rawValue })\(isReordered ? " reordered" : "")" }
}
