import Glibc

/// A point on `CLOCK_REALTIME` in milliseconds since 1970, so that it means the same on every machine that shares a
/// cache. As good as the machines' clocks agree; entries from the future count as just made.
package struct WallTime: Comparable, Hashable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static func now() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000)
  }

  package static func < (left: WallTime, right: WallTime) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Saturates.
  package func advanced(by duration: Duration) -> WallTime {
    let (seconds, attoseconds) = duration.components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    guard !overflow else { return WallTime(milliseconds: seconds < 0 ? .min : .max) }
    let (sum, overflowed) = milliseconds.addingReportingOverflow(scaled + attoseconds / 1_000_000_000_000_000)
    return WallTime(milliseconds: overflowed ? (seconds < 0 ? .min : .max) : sum)
  }
}
