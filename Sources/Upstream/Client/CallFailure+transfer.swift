import Messages
import Transfers

extension CallFailure {
  init(_ failure: TransferFailure) {
    switch failure {
    case .timeout: self = .timeout
    case .connect(let text): self = .connect(text)
    case .invalid(let text): self = .invalid(text)
    case .tooLarge: self = .invalid("larger than maxResponse")
    case .cancelled: self = .cancelled
    }
  }

  /// A breaker lets nothing through for so long; whole seconds, rounded up.
  static func circuitOpen(for time: Duration) -> CallFailure {
    let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return .circuitOpen(retryAfter: Int(clamping: max(1, rest > 0 ? seconds + 1 : seconds)))
  }
}
