import Transfers

/// Why no response came; the words of definitions.md. Texts are for the log, they may name addresses.
package enum UpstreamFailure: Error, Sendable, Equatable {
  /// No answer in time.
  case timeout
  /// No byte of an answer arrived.
  case connect(String)
  /// No slot came free in time, or too many waited for one already; see `Gate.waitersPerSlot`.
  case queue
  /// The backend is not called for now. `retryAfter` is positive.
  case circuitOpen(retryAfter: Duration)
  /// Something came, but broken or too large.
  case invalid(String)
  /// The task or stream was cancelled, or the loop is shutting down.
  case cancelled

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

  init(_ failure: TransferFailure) {
    switch failure {
    case .timeout: self = .timeout
    case .connect(let text): self = .connect(text)
    case .invalid(let text): self = .invalid(text)
    case .tooLarge: self = .invalid("larger than maxResponse")
    case .cancelled: self = .cancelled
    }
  }
}
