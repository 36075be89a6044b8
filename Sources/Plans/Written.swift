// Quantities as definitions have them, for messages, the reference and `explain`.

extension Duration {
  /// The text in whole milliseconds, in the largest unit that is exact: `90s`, `1500ms`, `10m`, `7d`.
  package var written: String {
    let milliseconds = attoseconds / 1_000_000_000_000_000
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    if rest != 0 { return "\(milliseconds)ms" }
    if seconds == 0 || seconds % 60 != 0 { return "\(seconds)s" }
    if seconds % 3600 != 0 { return "\(seconds / 60)m" }
    return seconds % 86_400 == 0 ? "\(seconds / 86_400)d" : "\(seconds / 3600)h"
  }
}

extension Int {
  /// `4MiB`
  package var bytesWritten: String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where self > 0 && self % (1 << shift) == 0 {
      return "\(self >> shift)\(unit)"
    }
    return "\(self)B"
  }
}

extension Double {
  /// The text of a share, 0 to 1: `20%`.
  package var percentWritten: String { Int(exactly: (self * 100).rounded()).map { "\($0)%" } ?? "\(self)" }
}

extension StatusSet {
  /// `2xx, 404, 410-412`
  package var written: String {
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
