import JSONText
import Plans

extension Duration {
  /// As definitions have it, in the largest unit that is exact: `1s`, `1500ms`, `10m`.
  var written: String {
    let milliseconds = milliseconds
    if milliseconds == 0 || milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
    let seconds = milliseconds / 1000
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }

  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}

extension Int {
  /// As definitions have it: `4MiB`.
  var bytesWritten: String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where self > 0 && self % (1 << shift) == 0 {
      return "\(self >> shift)\(unit)"
    }
    return "\(self)B"
  }
}

extension StatusSet {
  /// As definitions have it: `2xx, 404, 410-412`.
  var written: String {
    var parts: [String] = []
    var status = 100
    while status <= 599 {
      guard contains(status) else {
        status += 1
        continue
      }
      let first = status
      while status < 599, contains(status + 1), (status + 1) % 100 != 0 { status += 1 }
      let isClass = first % 100 == 0 && status % 100 == 99
      parts.append(isClass ? "\(first / 100)xx" : first == status ? "\(first)" : "\(first)-\(status)")
      status += 1
    }
    return parts.joined(separator: ", ")
  }
}

extension JSONValue {
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
  static func milliseconds(_ duration: Duration?) -> JSONValue {
    duration.map { .number(JSONNumber($0.milliseconds)) } ?? .null
  }
}
