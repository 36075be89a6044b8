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
    .circuitOpen(retryAfter: Int(max(1, (time / .seconds(1)).rounded(.up))))
  }
}
