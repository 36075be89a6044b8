import Messages

/// Reads quantities with their units. No Foundation, no floating point.
package enum Units {
  package static func duration(_ text: String) -> Duration? {
    guard let (number, unit) = split(text) else { return nil }
    switch unit {
    case "ms": return .milliseconds(number)
    case "s": return .seconds(number)
    case "m": return .seconds(number * 60)
    case "h": return .seconds(number * 3600)
    case "d": return .seconds(number * 86_400)
    default: return nil
    }
  }

  package static func bytes(_ text: String) -> Int? {
    guard let (number, unit) = split(text) else { return nil }
    let shift: Int
    switch unit {
    case "B": shift = 0
    case "KiB": shift = 10
    case "MiB": shift = 20
    case "GiB": shift = 30
    default: return nil
    }
    return number <= Int.max >> shift ? number << shift : nil
  }

  /// 0 to 1.
  package static func percent(_ text: String) -> Double? {
    guard let (number, unit) = split(text), unit == "%", number <= 100 else { return nil }
    return Double(number) / 100
  }

  /// Larger numbers are none: what is computed with one has room.
  private static let most = 1 << 46

  /// Splits a text into a whole number and what follows it without a space.
  package static func split(_ text: String) -> (Int, String)? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = PeerNumber(digits: digits.utf8)?.within(0...most) else { return nil }
    return (number, String(text.dropFirst(digits.count)))
  }
}
