import Glibc

/// The `Date` of answers (RFC 9110 §5.6.7), built once a second. Confined to one event loop.
package struct HTTPDate {
  private var second: time_t = -1
  private var text = ""
  private var line: [UInt8] = []

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  package mutating func current() -> String {
    refresh()
    return text
  }

  /// The same behind `Date: ` and before CRLF.
  package mutating func currentLine() -> [UInt8] {
    refresh()
    return line
  }

  private mutating func refresh() {
    let now = time(nil)
    guard now != second else { return }
    second = now
    text = Self.text(now)
    line = Array("Date: \(text)\r\n".utf8)
  }

  /// - Parameter time: seconds since 1970.
  package static func text(_ time: time_t) -> String {
    var seconds = time
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    let day = "\(two(parts.tm_mday)) \(months[Int(clamping: parts.tm_mon)]) \(1900 + parts.tm_year)"
    return "\(days[Int(clamping: parts.tm_wday)]), \(day) \(clock) GMT"
  }

  private static func two(_ number: Int32) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
