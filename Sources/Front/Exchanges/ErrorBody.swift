import JSONText
import Logging
import Messages
import Plans

/// Gives problems the shape that a definition wants of them (`errors`). *Immutable.*
struct ErrorBody: Sendable {
  /// What the expressions of one answer may take in all: they run on a loop that others wait for.
  private static let maxSteps = 20_000
  /// The longest body, in bytes.
  private static let maxBytes = 256 << 10

  private let plan: ErrorsPlan

  init(_ plan: ErrorsPlan) {
    self.plan = plan
  }

  /// `nil` where the template gives nothing, which is reported: the problem goes out as it is.
  func shape(_ answer: Answer, _ exchange: Exchange) -> Answer? {
    guard let document = try? JSONText(answer.body).root else { return nil }
    var scope = Scope()
    scope.root.append(ScopeName.error.rawValue, .object(error(document, answer.status, exchange)))
    scope.limit(steps: Self.maxSteps)
    var writer = JSONWriter(capacity: 256, maxBytes: Self.maxBytes)
    do throws(RenderFailure) {
      try plan.body.render(into: &writer, scope)
    } catch {
      report(error.message, exchange)
      return nil
    }
    if writer.overflowed {
      report("the body is larger than \(Self.maxBytes.bytesWritten)", exchange)
      return nil
    }
    var shaped = answer
    shaped.body = writer.bytes
    var type = "application/json"
    if writer.bytes.first == UInt8(ascii: "\""), let text = (try? JSONText(writer.bytes))?.root.string {
      shaped.body = Array(text.utf8)
      type = "text/plain; charset=utf-8"
    }
    shaped.headers.removeAll { $0.isNamed("content-type") }
    shaped.headers.append(HeaderField("Content-Type", type))
    return shaped
  }

  private func error(_ document: JSONSlice, _ status: Int, _ exchange: Exchange) -> JSONObject {
    var error = JSONObject(capacity: ScopeName.ErrorMember.allCases.count)
    for member in ScopeName.ErrorMember.allCases {
      let value: JSONValue? =
        switch member {
        case .status: .number(JSONNumber(status))
        case .title, .detail, .call, .outcome: document[member: JSONName(member.rawValue)].map { .slice($0) }
        case .requestId: .string(exchange.request.client.requestID)
        case .stage: exchange.record.refused.map { .string($0.stage) }
        case .reason: exchange.record.refused.map { .string($0.reason ?? Self.reason(of: status)) }
        }
      error.append(member.rawValue, value ?? .null)
    }
    return error
  }

  /// Why a request is refused, where the stage says no more than its status.
  private static func reason(of status: Int) -> String {
    switch status {
    case 401: "missing"
    case 403: "forbidden"
    case 413: "too-large"
    case 429: "limited"
    case 500...: "unavailable"
    default: "refused"
    }
  }

  private func report(_ why: String, _ exchange: Exchange) {
    exchange.loop.settings.logger.warning(
      "an answer in the shape of `errors` can't be made",
      metadata: [
        "route": "\(exchange.record.route ?? "")", "reason": "\(why)",
        "request": "\(exchange.request.client.requestID)",
      ])
  }
}
