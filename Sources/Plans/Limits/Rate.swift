/// A number in a period: `10/s`, `100/15m`, `1000/day`.
package struct Rate: Hashable, Sendable {
  package enum Period: Hashable, Sendable {
    case length(Duration)
    /// A period of the calendar, in UTC.
    case day, month
  }

  /// The number in a period, at least 1.
  package let count: Int
  package let period: Period

  /// `nil` for anything but a whole number, `/`, and a unit, a duration, `day` or `month`. `N/d` is none: whether the
  /// calendar's day is meant or any 24 hours has to be said, by `N/day` or `N/24h`.
  package init?(_ text: String) {
    guard let (count, rest) = Units.split(text), count > 0, rest.hasPrefix("/") else { return nil }
    self.count = count
    switch rest.dropFirst() {
    case "day": period = .day
    case "month": period = .month
    case let unit where ["s", "m", "h"].contains(unit): period = .length(Units.duration("1\(unit)") ?? .seconds(1))
    case let length:
      guard let duration = Units.duration(String(length)), duration > .zero else { return nil }
      period = .length(duration)
    }
  }

  /// The text as a definition has it.
  package var written: String {
    switch period {
    case .day: "\(count)/day"
    case .month: "\(count)/month"
    case .length(let duration): "\(count)/\(duration.written)"
    }
  }
}
