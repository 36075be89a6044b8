/// The reason why a backend gave no response; the words of the definition language. Texts are for the log, they may
/// name addresses.
package enum CallFailure: Error, Hashable, Sendable {
  /// No answer in time.
  case timeout
  /// No byte of an answer arrived.
  case connect(String)
  /// No slot came free in time, or too many waited for one already.
  case queue
  /// The backend is not called for now. Seconds until a call is let through again, at least 1.
  case circuitOpen(retryAfter: Int)
  /// Something came, but broken or too large.
  case invalid(String)
  /// The task or stream was cancelled, or the loop is shutting down.
  case cancelled

  /// What is known of the reason beside the word.
  package var detail: String? {
    switch self {
    case .connect(let detail), .invalid(let detail): detail
    case .timeout, .queue, .cancelled, .circuitOpen: nil
    }
  }

  /// The word of the call outcomes for it.
  package var outcome: String {
    switch self {
    case .timeout: "timeout"
    case .connect: "connect"
    case .queue: "queue"
    case .circuitOpen: "circuit-open"
    case .invalid: "invalid"
    case .cancelled: "cancelled"
    }
  }
}
