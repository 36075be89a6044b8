import Plans
import Testing

struct LimitRateTests {
  @Test(arguments: [
    ("10/s", nil, "10/1s"), ("10/s", 20, "10/1s+20"), ("100/15m", 1, "100/15m+1"), ("1000/day", nil, "1000/day"),
    ("1000000/month", nil, "1000000/month"), ("1/400d", nil, "1/400d"), ("1/24h", 52_000_000, "1/1d+52000000"),
  ])
  func isWrittenSoThatTwoDiffer(_ text: String, _ burst: Int?, _ written: String) throws {
    let rate = try LimitRate(text, burst: burst)
    #expect(rate.written == written)
  }

  @Test(arguments: [
    ("", nil, LimitRate.Fault.form), ("10", nil, .form), ("0/s", nil, .form), ("10 / s", nil, .form),
    ("10/d", nil, .ambiguousDay), ("1/401d", nil, .longPeriod), ("10/s", 0, .burstOfNothing),
    ("10/s", -1, .burstOfNothing), ("10/day", 5, .burstOfCalendar), ("10/month", 5, .burstOfCalendar),
    ("1/24h", 53_000_000, .largeBurst), ("10/ms", nil, .form), ("1/70368744177664d", nil, .longPeriod),
  ])
  func noRate(_ text: String, _ burst: Int?, _ fault: LimitRate.Fault) {
    #expect(throws: fault) { try LimitRate(text, burst: burst) }
    #expect(!fault.words.isEmpty)
  }
}
