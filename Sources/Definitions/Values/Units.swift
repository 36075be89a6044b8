/// Reads quantities with their units. No Foundation, no floating point.
enum Units {
  static func duration(_ text: String) -> Duration? {
    guard let (number, unit) = split(text) else { return nil }
    switch unit {
    case "ms": return .milliseconds(number)
    case "s": return .seconds(number)
    case "m": return number <= Int.max / 60 ? .seconds(number * 60) : nil
    case "h": return number <= Int.max / 3600 ? .seconds(number * 3600) : nil
    default: return nil
    }
  }

  static func bytes(_ text: String) -> Int? {
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
  static func percent(_ text: String) -> Double? {
    guard let (number, unit) = split(text), unit == "%", number <= 100 else { return nil }
    return Double(number) / 100
  }

  /// A whole number and what follows it without a space.
  static func split(_ text: String) -> (Int, String)? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    return (number, String(text.dropFirst(digits.count)))
  }

  /// For messages and the reference: `1m30s` is written `90s`.
  static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    if attoseconds != 0 { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
    if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    if seconds > 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
    return "\(seconds)s"
  }

  static func text(share: Double) -> String {
    "\(Int((share * 100).rounded()))%"
  }

  static func text(bytes: Int) -> String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes > 0 && bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)B"
  }
}
