import Messages
import Timing

/// All that spans are made of: a request, how it ended, and its calls. A value.
package struct TracedRequest: Sendable {
  package var trace: TraceParent
  /// `tracestate`, as a trusted proxy sent it.
  package var state: String?
  /// The gateway's own span.
  package var span: UInt64
  /// A trusted proxy's; 0: none.
  package var parent: UInt64 = 0
  package var received: Instant
  package var ended: Instant

  package var method = ""
  package var path = ""
  package var scheme = ""
  /// With its port, as the client named it.
  package var host = ""
  package var client = ""
  /// `1.1`, `2`.
  package var version = ""
  package var userAgent: String?
  package var requestID = ""

  /// The path of the route as defined; `nil`: none has the request's path.
  package var route: String?
  /// `nil`: no answer was begun.
  package var status: Int?
  /// Of the answer's body.
  package var bytes = 0
  package var outcome: String?
  package var cache: CacheResult?
  /// The stage that refused it.
  package var refused: String?
  /// How it ended, where not with its answer.
  package var end: String?
  package var isCutOff = false
  package var calls: [CallTrace] = []

  package init(_ trace: TraceParent, span: UInt64, received: Instant, ended: Instant) {
    self.trace = trace
    self.span = span
    self.received = received
    self.ended = ended
  }

  /// It was answered with 5xx, or its answer was broken off by a call that failed; `error.type`.
  package var failure: String? {
    if let status, status >= 500 { return "\(status)" }
    return isCutOff ? calls.first(where: \.isFailure)?.outcome : nil
  }

  /// It failed, or a call of it did.
  package var hasFailure: Bool { failure != nil || calls.contains(where: \.isFailure) }

  package var duration: Duration { received.duration(to: ended) }
}
