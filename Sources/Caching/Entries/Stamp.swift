/// A point on Redis' own clock, in microseconds since 1970: when a fetch began, when a tag was purged. Both are read
/// from the same clock, so "began after the purge" holds however the gateways' clocks stand.
struct Stamp: Comparable, Hashable, Sendable {
  /// A number of at most sixteen decimal digits, which a double (a number in Redis' scripts) still holds exactly.
  var microseconds: Int64

  /// The stamp of an entry that never met Redis; older than any purge.
  static let unknown = Stamp(microseconds: 0)
  static let digits = 16
  static let limit: Int64 = 9_007_199_254_740_992

  static func < (left: Stamp, right: Stamp) -> Bool {
    left.microseconds < right.microseconds
  }

  init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Reads decimal digits and nothing else; `nil` out of range.
  init?(decimal: some Sequence<UInt8>) {
    var value: Int64 = 0
    var count = 0
    for character in decimal {
      guard (0x30...0x39).contains(character), count < Stamp.digits else { return nil }
      value = value * 10 + Int64(truncatingIfNeeded: character) - 0x30
      count += 1
    }
    guard count > 0, value < Stamp.limit else { return nil }
    microseconds = value
  }

  /// Padded with zeros to `digits`.
  var decimal: [UInt8] {
    var text = [UInt8](repeating: 0x30, count: Stamp.digits)
    var rest = microseconds
    var index = Stamp.digits - 1
    while rest > 0, index >= 0 {
      text[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      index -= 1
    }
    return text
  }
}
