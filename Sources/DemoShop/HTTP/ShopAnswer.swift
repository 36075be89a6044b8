import JSONText
import NIOHTTP1

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
