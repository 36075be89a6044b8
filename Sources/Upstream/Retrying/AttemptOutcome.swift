import Messages

/// How one attempt ended, as far as retrying it is concerned.
enum AttemptOutcome: Equatable, Sendable {
  case connect
  case timeout
  /// A whole response, or with streams its head.
  case status(Int)
  /// Never retried: a broken or too large answer, a cancelled call, one that was never sent.
  case other

  init(_ failure: CallFailure) {
    switch failure {
    case .connect: self = .connect
    case .timeout: self = .timeout
    case .queue, .circuitOpen, .invalid, .cancelled: self = .other
    }
  }
}
