/// What an attempt says about its backend's condition.
enum Verdict: Sendable {
  case good
  /// No connection, no answer in time, a broken answer, or a 5xx.
  case bad
  /// Nothing: it was cancelled, or never began.
  case none

  init(status: Int) {
    self = status >= 500 ? .bad : .good
  }
}
