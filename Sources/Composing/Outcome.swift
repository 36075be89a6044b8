/// How a call ended: one word, the same in the header, the body, the log and the metrics.
package enum Outcome: String, Sendable {
  case ok, absent, skipped
  case timeout, connect, queue, status, invalid, items, cancelled
  case circuitOpen = "circuit-open"
  case invalidRequest = "invalid-request"
  /// Only of the answer itself: an expression of it failed at run time.
  case expression

  package var isFailure: Bool {
    switch self {
    case .ok, .absent, .skipped: false
    default: true
    }
  }
}
