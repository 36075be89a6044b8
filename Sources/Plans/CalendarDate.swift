import Glibc
import Messages

/// Dates and instants as RFC 3339 writes them, to milliseconds since 1970. Nothing is guessed at: a day that no month has
/// is none, nor is a time without its zone.
package enum CalendarDate {
  private static let day: Int64 = 86_400_000

  /// The first moment after a date, in UTC: `2027-12-31`.
  package static func end(of text: String) -> Int64? {
    guard let parts = text.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/) else { return nil }
    return midnight(parts.1, parts.2, parts.3).map { $0 + day }
  }

  /// `2027-12-31T18:00:00Z`, `2027-12-31T18:00:00.5+01:00`.
  package static func instant(_ text: String) -> Int64? {
    let form = /([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?([Zz]|[+-].*)/
    guard let parts = text.wholeMatch(of: form), let midnight = midnight(parts.1, parts.2, parts.3),
      let time = time(parts.4, parts.5), let seconds = number(parts.6, 0...59), let offset = offset(parts.8)
    else { return nil }
    // What is beyond a millisecond is cut off.
    let fraction = number(((parts.7 ?? "") + "000").prefix(3), 0...999) ?? 0
    return midnight + time + seconds * 1000 + fraction - offset
  }

  private static func midnight(_ year: Substring, _ month: Substring, _ date: Substring) -> Int64? {
    guard let year = number(year, 1970...9999), let month = number(month, 1...12), let date = number(date, 1...31)
    else {
      return nil
    }
    var parts = tm()
    (parts.tm_year, parts.tm_mon) = (Int32(clamping: year - 1900), Int32(clamping: month - 1))
    parts.tm_mday = Int32(clamping: date)
    let seconds = Int64(clamping: timegm(&parts))
    // `timegm` takes the 31st of a month of 30 days for the next one's first.
    return parts.tm_mday == date ? seconds * 1000 : nil
  }

  /// Hours and minutes.
  private static func time(_ hours: Substring, _ minutes: Substring) -> Int64? {
    guard let hours = number(hours, 0...23), let minutes = number(minutes, 0...59) else { return nil }
    return (hours * 60 + minutes) * 60_000
  }

  private static func offset(_ text: Substring) -> Int64? {
    guard text != "Z", text != "z" else { return 0 }
    guard let parts = text.wholeMatch(of: /([+-])([0-9]{2}):([0-9]{2})/) else { return nil }
    return time(parts.2, parts.3).map { parts.1 == "-" ? -$0 : $0 }
  }

  private static func number(_ digits: Substring, _ range: ClosedRange<Int64>) -> Int64? {
    PeerNumber(digits: digits.utf8)?.within(range)
  }
}
