/// How much a limit lets through: a rate, and what may come at once. Held to what can be counted exactly: in a process
/// by whole numbers, in Redis by those that Lua has.
package struct LimitRate: Hashable, Sendable {
  /// The reason why a text, or a text with a burst, is no rate.
  package enum Fault: Error, Hashable, Sendable {
    case form, ambiguousDay, longPeriod, burstOfNothing, burstOfCalendar, largeBurst

    /// The rest of a sentence that begins with what was found.
    package var words: String {
      switch self {
      case .form: "is not a rate; write a whole number and a time: `10/s`, `100/15m`, `1000/day`, `1000000/month`"
      case .ambiguousDay: "could be the calendar's day or any 24 hours; write `N/day` or `N/24h`"
      case .longPeriod: "has too long a time; it is at most `\(LimitRate.longestPeriod.written)`"
      case .burstOfNothing: "has a burst of nothing; it is at least 1"
      case .burstOfCalendar: "has a burst, which needs a steady rate, not a day's or a month's; write `N/24h`"
      case .largeBurst: "has too large a burst for its time to be counted exactly"
      }
    }
  }

  /// A year's quota is within it, and the milliseconds of its end are far from what a number holds.
  package static let longestPeriod: Duration = .seconds(400 * 86_400)
  /// The bound of a burst times its period in milliseconds, below 2^53, up to which Lua's numbers are exact.
  private static let mostPrecise = 1 << 52

  package let rate: Rate
  /// What may come at once, and then steadily by the rate; `nil`: all of the rate's number in a window that begins with
  /// the first request.
  package let burst: Int?

  package init(_ rate: Rate, burst: Int? = nil) throws(Fault) {
    self.rate = rate
    self.burst = burst
    guard case .length(let length) = rate.period else {
      if burst != nil { throw .burstOfCalendar }
      return
    }
    guard length <= LimitRate.longestPeriod else { throw .longPeriod }
    guard let burst else { return }
    guard burst > 0 else { throw .burstOfNothing }
    guard burst <= LimitRate.mostPrecise / length.wholeMilliseconds else { throw .largeBurst }
  }

  package init(_ text: String, burst: Int? = nil) throws(Fault) {
    guard let rate = Rate(text) else { throw text.hasSuffix("/d") ? .ambiguousDay : .form }
    try self.init(rate, burst: burst)
  }

  /// The text by which two limits are told apart: `10/1s`, `10/1s+20`.
  package var written: String { burst.map { "\(rate.written)+\($0)" } ?? rate.written }
}

extension Duration {
  /// What a rate's period has, which is never less than one.
  package var wholeMilliseconds: Int {
    Int(clamping: attoseconds / 1_000_000_000_000_000)
  }
}
