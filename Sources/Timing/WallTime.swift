import Glibc

/// A point in time in milliseconds since 1970, as this machine's clock had it when the process began; from then on it
/// only counts, so that a clock that is set makes no entry older or younger.
package struct WallTime: Comparable, Hashable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static func now() -> WallTime {
    WallTime(milliseconds: StandingClock.milliseconds ?? read(CLOCK_BOOTTIME) &+ bootTime)
  }

  /// The time as the machine's clock has it, however it was set: for dates that others name.
  package static func clock() -> WallTime { WallTime(milliseconds: StandingClock.milliseconds ?? read(CLOCK_REALTIME)) }

  /// What was the time when this machine started, by its clock when this process began.
  private static let bootTime = read(CLOCK_REALTIME) &- read(CLOCK_BOOTTIME)

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(clamping: time.tv_sec) &* 1000 &+ Int64(clamping: time.tv_nsec) / 1_000_000
  }

  @inlinable package static func < (left: WallTime, right: WallTime) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Saturates.
  package func advanced(by duration: Duration) -> WallTime {
    let (sum, overflows) = milliseconds.addingReportingOverflow(
      Int64(clamping: duration.attoseconds / 1_000_000_000_000_000))
    return WallTime(milliseconds: overflows ? (duration < .zero ? .min : .max) : sum)
  }
}
