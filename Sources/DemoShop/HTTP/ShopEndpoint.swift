import JSONText
import NIOHTTP1

/// One method and path of a service, and how long it takes.
struct ShopEndpoint: Sendable {
  enum Kind: Sendable {
    case read, write
    /// It undoes what a write has done.
    case undoing
  }

  let kind: Kind
  let method: HTTPMethod
  /// Segments; one that starts with `:` captures.
  let pattern: [String]
  /// The time that this endpoint pretends to work, in milliseconds; 5 to 40.
  let latency: Int
  let answer: @Sendable (ShopRequest) -> ShopAnswer

  init(
    _ method: HTTPMethod, _ path: String, latency: Int, undoes: Bool = false,
    answer: @escaping @Sendable (ShopRequest) -> ShopAnswer
  ) {
    self.method = method
    kind = undoes ? .undoing : method == .GET ? .read : .write
    pattern = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    self.latency = latency
    self.answer = answer
  }

  /// What the path's captures are, or `nil` where it does not match.
  func captures(of segments: [String]) -> [String]? {
    guard segments.count == pattern.count else { return nil }
    var captures: [String] = []
    for (expected, found) in zip(pattern, segments) {
      if expected.hasPrefix(":") {
        captures.append(found)
      } else if expected != found {
        return nil
      }
    }
    return captures
  }
}

/// What an endpoint answers: a status and a JSON body, or none.
struct ShopAnswer: Sendable {
  var status: HTTPResponseStatus
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]

  static func json(_ value: JSONValue, status: HTTPResponseStatus = .ok) -> ShopAnswer {
    ShopAnswer(status: status, body: value.rendered)
  }

  static let noContent = ShopAnswer(status: .noContent, body: [])

  /// `{"error": "…"}`.
  static func problem(_ status: HTTPResponseStatus, _ message: String) -> ShopAnswer {
    json(["error": .string(message)], status: status)
  }

  static func methodNotAllowed(allow: [HTTPMethod]) -> ShopAnswer {
    var answer = problem(.methodNotAllowed, "this path does not take that method")
    answer.headers.append((name: "Allow", value: allow.map(\.rawValue).joined(separator: ", ")))
    return answer
  }
}
