import Timing

/// Counts attempts that a budget did not pay for, and says when to tell: the first at once, the others together.
struct RefusalTally: Sendable {
  /// Between two lines of the log.
  static let pause: Duration = .seconds(10)

  private var untold = 0
  private var quietUntil = Instant(nanoseconds: 0)

  /// Counts one. The number to tell now; `nil`: nothing yet.
  mutating func add(at now: Instant) -> Int? {
    untold += 1
    guard now >= quietUntil else { return nil }
    defer { untold = 0 }
    quietUntil = now.advanced(by: RefusalTally.pause)
    return untold
  }
}
