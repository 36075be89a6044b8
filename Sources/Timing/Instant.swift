import Glibc

/// A point on `CLOCK_MONOTONIC`, in nanoseconds. Eight bytes, no reference counting: deadlines are passed by value
/// through every room. Never compare across processes.
package struct Instant: Comparable, Hashable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Later than anything that is ever scheduled.
  package static let distantFuture = Instant(nanoseconds: .max)

  /// Reads the clock (about 20 ns, no system call).
  package static func now() -> Instant {
    if let standing = StandingClock.instant { return Instant(nanoseconds: standing) }
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Saturates at `distantFuture`.
  package func advanced(by duration: Duration) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return overflow ? .distantFuture : Instant(nanoseconds: sum)
  }

  /// Negative where `other` is earlier.
  package func duration(to other: Instant) -> Duration {
    .nanoseconds(other.nanoseconds &- nanoseconds)
  }

  /// Whole milliseconds from here to `other`, rounded down, never negative.
  package func milliseconds(to other: Instant) -> Int {
    Int(max(0, other.nanoseconds &- nanoseconds) / 1_000_000)
  }
}
