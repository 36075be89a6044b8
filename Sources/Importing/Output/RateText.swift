/// Rates of other gateways as definitions write them: whole numbers in a time.
enum RateText {
  /// `nil` for a rate that is no positive number, or that is slower than once in a year.
  static func text(_ number: Double, every milliseconds: Int) -> String? {
    guard number > 0, number <= 1_000_000_000, milliseconds > 0 else { return nil }
    for scale in [1, 2, 3, 4, 5, 10, 20, 30, 60, 100, 1000] {
      let scaled = number * Double(scale)
      guard (scaled - scaled.rounded()).magnitude < 1e-6, scaled >= 1, let whole = Int(exactly: scaled.rounded())
      else { continue }
      let period = milliseconds.multipliedReportingOverflow(by: scale)
      guard !period.overflow, period.partialValue <= 366 * 86_400_000 else { return nil }
      return "\(whole)/\(unit(period.partialValue))"
    }
    return nil
  }

  /// `s` for a second, `10m` for ten minutes.
  private static func unit(_ milliseconds: Int) -> String {
    let text = DurationText.text(milliseconds: milliseconds)
    // A day could be the calendar's.
    if text == "1d" { return "24h" }
    return text.hasPrefix("1") && text.dropFirst().allSatisfy(\.isLetter) ? String(text.dropFirst()) : text
  }
}
