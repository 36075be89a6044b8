/// Times of other gateways as definitions write them.
enum DurationText {
  /// Of milliseconds, in the largest unit that says it exactly.
  static func text(milliseconds: Int) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")]
    guard milliseconds > 0 else { return "0s" }
    for (size, unit) in units where milliseconds.isMultiple(of: size) { return "\(milliseconds / size)\(unit)" }
    return "\(milliseconds)ms"
  }

  /// A duration of Go (`1m30s`, `1.5h`, `300ms`) or of nginx (`30s`, `1m 30s`, `2d`) in milliseconds; up to a year.
  /// - Parameter bare: milliseconds of a number without a unit, `nil`: it is none.
  static func milliseconds(_ text: String, bare: Double? = nil) -> Int? {
    let sizes: [String: Double] = [
      "ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
      "w": 604_800_000,
    ]
    var total = 0.0
    var rest = text.filter { $0 != " " }[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits) else { return nil }
      rest = rest[digits.endIndex...]
      let unit = String(rest.prefix { $0.isLetter })
      rest = rest.dropFirst(unit.count)
      guard let size = unit.isEmpty && rest.isEmpty ? bare : sizes[unit] else { return nil }
      total += number * size
    }
    guard total <= 366 * 86_400_000 else { return nil }
    let whole = total.rounded(.up)
    return Int(exactly: whole)
  }
}
