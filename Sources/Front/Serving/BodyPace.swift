import Timing

/// The least rate of a request's body: a client may keep the gateway waiting for a grace, and for the time that its
/// bytes are worth. Time in which nothing is asked of it does not count. A value type that does no I/O.
package struct BodyPace {
  private let bytesPerSecond: Int
  /// How long it may still be waited for, from `waitingSince` on.
  private var credit: Duration
  private var waitingSince: Instant?

  /// - Parameter bytesPerSecond: 0: no rate is asked for.
  init(grace: Duration, bytesPerSecond: Int) {
    self.bytesPerSecond = bytesPerSecond
    credit = grace
  }

  /// The client is waited for, from now on or still.
  mutating func wait(_ now: Instant) {
    if waitingSince == nil { waitingSince = now }
  }

  mutating func received(_ bytes: Int) {
    if bytesPerSecond > 0 { credit += .nanoseconds(bytes * 1_000_000_000 / bytesPerSecond) }
  }

  /// The client is kept waiting.
  mutating func pause(_ now: Instant) {
    if let waitingSince { credit -= waitingSince.duration(to: now) }
    waitingSince = nil
  }

  func isSpent(_ now: Instant) -> Bool {
    guard bytesPerSecond > 0, let waitingSince else { return false }
    return waitingSince.duration(to: now) > credit
  }
}
