/// Spells a decimal number as JSON. An exponent is used where ECMAScript's `Number::toString` uses one, except that a
/// whole number with more digits than zeros behind them is always written out.
public enum JSONNumberText {
  /// The text of `coefficient × 10^exponent`.
  static func decimal(_ coefficient: Int64, _ exponent: Int32) -> String {
    if exponent == 0 { return String(coefficient) }
    return text(isNegative: coefficient < 0, digits: String(coefficient.magnitude), exponent: Int(widening: exponent))
  }

  /// The text of `digits × 10^exponent`, where `digits` is a whole number without sign. Significant digits are never
  /// dropped, however many there are.
  public static func text(isNegative: Bool, digits: String, exponent: Int) -> String {
    let sign = isNegative && digits != "0" ? "-" : ""
    let count = digits.utf8.count
    /// Digits before the decimal point in the plain form.
    let point = count + exponent
    if exponent == 0 || digits == "0" { return sign + digits }
    if exponent > 0, point <= 21 || exponent < count { return sign + digits + String(repeating: "0", count: exponent) }
    if exponent < 0, point > 0 {
      return sign + digits.prefix(point) + "." + digits.suffix(count - point)
    }
    if exponent < 0, point > -6 {
      return sign + "0." + String(repeating: "0", count: -point) + digits
    }
    let significant = digits.utf8.reversed().drop { $0 == UInt8(ascii: "0") }.count
    let fraction = significant > 1 ? "." + digits.prefix(significant).dropFirst() : ""
    return sign + digits.prefix(1) + fraction + "e" + String(point - 1)
  }
}
