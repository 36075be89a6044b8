/// A breaker's change of state, and the figures that made it.
package struct BreakerChange: Equatable, Sendable {
  package enum State: Sendable {
    case closed, open, halfOpen
  }

  package let to: State
  /// Calls that were looked at: those in the window, or the one probe; none for half-open.
  package let calls: Int
  /// How many of them failed.
  package let failures: Int
  /// Where it opens.
  package let openFor: Duration?

  package init(to: State, calls: Int = 0, failures: Int = 0, openFor: Duration? = nil) {
    self.to = to
    self.calls = calls
    self.failures = failures
    self.openFor = openFor
  }
}
