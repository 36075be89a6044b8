/// How one attempt ended, as far as retrying it is concerned.
enum AttemptOutcome: Equatable, Sendable {
  case connect
  case timeout
  /// A whole response, or with streams its head.
  case status(Int)
  /// Never retried: a broken or too large answer, a cancelled call.
  case other
}
