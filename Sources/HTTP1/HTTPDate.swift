import Front
import Glibc
import NIOCore

/// The `Date` line of answers (RFC 9110 §5.6.7), built once a second. Confined to one event loop.
struct HTTPDate {
  private var second: time_t = -1
  private var line: [UInt8] = []

  /// `Date: Sun, 06 Nov 1994 08:49:37 GMT` and CRLF.
  mutating func current() -> [UInt8] {
    let now = time(nil)
    if now != second {
      second = now
      line = Array("Date: \(Self.text(now))\r\n".utf8)
    }
    return line
  }

  static func text(_ time: time_t) -> String {
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

/// *Confined to* the event loop whose connections share it, hence `@unchecked Sendable`. What they write again and again.
package final class Wire: @unchecked Sendable {
  let continueLine = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
  let lineEnd = ByteBuffer(staticString: "\r\n")
  let lastChunk = ByteBuffer(staticString: "0\r\n\r\n")
  var date = HTTPDate()

  package init() {}
}
