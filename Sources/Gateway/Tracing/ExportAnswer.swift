import Glibc
import JSONText
import Messages
import Tracing
import Upstream

/// What a collector's answer means (OTLP, "OTLP/HTTP Response"). No state.
enum ExportAnswer {
  /// - Returns: what became of the spans, and what is wrong, for the log.
  static func read(_ response: CallResponse) -> (SpanBuffer.Reception, fault: String?) {
    switch response.result {
    case .response(200...299, _, let body):
      let rejected = rejected(body)
      return (.taken(rejected: rejected), rejected > 0 ? "the collector refuses some" : nil)
    case .response(let status, let headers, _):
      guard [429, 502, 503, 504].contains(status) else { return (.refused, "status \(status)") }
      let pause = headers.joined("retry-after").flatMap { RetryAfter.wait($0, at: time(nil)) }
      return (.unavailable(retryAfter: pause), "status \(status)")
    case .failure(let failure): return (.unavailable(retryAfter: nil), failure.detail ?? failure.outcome)
    }
  }

  /// More than a batch has are not believed.
  private static let most = 0...1_000_000

  /// `partialSuccess.rejectedSpans`, a 64-bit integer and so a string, or a number.
  private static func rejected(_ body: [UInt8]) -> Int {
    guard !body.isEmpty, let root = try? JSONText(body).root,
      let count = JSONValue.slice(root)[member: "partialSuccess"]?[member: "rejectedSpans"]
    else { return 0 }
    return count.string.flatMap { PeerNumber($0)?.within(most) } ?? count.number(in: most) ?? 0
  }
}
