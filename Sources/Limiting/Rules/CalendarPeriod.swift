import Glibc
import Timing

/// A day or a month of the calendar, in UTC.
enum CalendarPeriod: Hashable, Sendable {
  case day, month

  struct Bounds: Hashable {
    /// The first moment of it.
    var start: WallTime
    /// The first moment of the next one.
    var end: WallTime

    /// In milliseconds.
    var length: Int64 { end.milliseconds - start.milliseconds }
  }

  private static let dayLength: Int64 = 86_400_000

  /// The one that a time is in.
  func bounds(around time: WallTime) -> Bounds {
    switch self {
    case .day:
      let start = time.milliseconds - time.milliseconds % CalendarPeriod.dayLength
      return Bounds(
        start: WallTime(milliseconds: start), end: WallTime(milliseconds: start + CalendarPeriod.dayLength))
    case .month:
      var seconds = time_t(clamping: time.milliseconds / 1000)
      var parts = tm()
      gmtime_r(&seconds, &parts)
      (parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec) = (1, 0, 0, 0)
      let start = WallTime(milliseconds: Int64(clamping: timegm(&parts)) * 1000)
      // December's next month is the January after it: `timegm` carries over.
      parts.tm_mon += 1
      return Bounds(start: start, end: WallTime(milliseconds: Int64(clamping: timegm(&parts)) * 1000))
    }
  }
}
