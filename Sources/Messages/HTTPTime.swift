import Glibc

/// Dates as fields have them (RFC 9110 §5.6.7): the form that is sent now, and the two obsolete ones that have to be
/// understood. Punctuation and the name of the day are not looked at.
package enum HTTPTime {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Seconds since 1970; `nil` where it is no date.
  package static func seconds(_ text: String) -> Int? {
    var words = text.split { " ,-:".contains($0) }
    if words.count == 7 {
      // `Sun Nov  6 08:49:37 1994`
      words = [words[0], words[2], words[1], words[6], words[3], words[4], words[5], "GMT"]
    }
    guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: String(words[2])),
      let day = number(words[1], 1...31), let year = year(words[3]), let hour = number(words[4], 0...23),
      let minute = number(words[5], 0...59), let second = number(words[6], 0...60)
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, Int32(truncatingIfNeeded: month), day)
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
    return timegm(&parts)
  }

  /// Two digits are of 1970 to 2069.
  private static func year(_ text: Substring) -> Int32? {
    if text.utf8.count == 4 { return number(text, 1900...9999) }
    return number(text, 0...99).map { $0 < 70 ? 2000 + $0 : 1900 + $0 }
  }

  private static func number(_ text: Substring, _ range: ClosedRange<Int32>) -> Int32? {
    PeerNumber(digits: text.utf8)?.within(range)
  }
}
