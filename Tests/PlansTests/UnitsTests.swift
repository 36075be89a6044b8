import Plans
import Testing

@Suite struct UnitsTests {
  @Test(arguments: [
    ("250ms", Duration.milliseconds(250)), ("30s", .seconds(30)), ("15m", .seconds(900)), ("1h", .seconds(3600)),
    ("25h", .seconds(90_000)), ("7d", .seconds(604_800)), ("0s", .zero),
  ])
  func durations(_ text: String, _ expected: Duration) {
    #expect(Units.duration(text) == expected)
    #expect(expected.written == text)
  }

  @Test(arguments: [
    "", "s", "30", "30 s", "1.5s", "-1s", "+1s", "30S", "1h30m", "1D", "1w", "99999999999999999999s",
    "9223372036854775807h", "9223372036854775807d", "١s",
  ])
  func noDurations(_ text: String) {
    #expect(Units.duration(text) == nil)
  }

  @Test(arguments: [("0B", 0), ("512B", 512), ("64KiB", 65536), ("1MiB", 1 << 20), ("2GiB", 2 << 30)])
  func sizes(_ text: String, _ expected: Int) {
    #expect(Units.bytes(text) == expected)
    #expect(expected.bytesWritten == text)
  }

  @Test(arguments: ["", "1", "1KB", "1kib", "1 MiB", "-1B", "9999999999999GiB"])
  func noSizes(_ text: String) {
    #expect(Units.bytes(text) == nil)
  }

  @Test func shares() {
    #expect(Units.percent("0%") == 0)
    #expect(Units.percent("20%") == 0.2)
    #expect(Units.percent("100%") == 1)
    for text in ["101%", "0.2", "20", "%", "-1%", "2.5%"] { #expect(Units.percent(text) == nil) }
  }

  @Test(arguments: [
    ("10/s", 10, Rate.Period.length(.seconds(1))), ("1/m", 1, .length(.seconds(60))),
    ("5/h", 5, .length(.seconds(3600))), ("100/15m", 100, .length(.seconds(900))),
    ("3/250ms", 3, .length(.milliseconds(250))), ("9/24h", 9, .length(.seconds(86_400))), ("1000/day", 1000, .day),
    ("1000000/month", 1_000_000, .month),
  ])
  func rates(_ text: String, _ count: Int, _ period: Rate.Period) throws {
    let rate = try #require(Rate(text))
    #expect(rate.count == count && rate.period == period)
    #expect(Rate(rate.written) == rate)
  }

  @Test(arguments: [
    "", "10", "/s", "10/", "10/ s", "10 /s", "0/s", "-1/s", "1.5/s", "10/0s", "10/d", "10/ms", "10/week", "10/s/s",
    "10/Day", "99999999999999999999/s", "1/9223372036854775807h",
  ])
  func noRates(_ text: String) {
    #expect(Rate(text) == nil)
  }

  /// Up to 2^46, which has room for the seconds of as many days.
  @Test(arguments: [
    ("9223372036854775807ms", false), ("70368744177664ms", true), ("70368744177664d", true), ("70368744177665d", false),
    ("-9223372036854775808ms", false), ("1e400s", false), ("9007199254740993h", false),
  ])
  func largeDurations(_ text: String, _ isOne: Bool) {
    #expect((Units.duration(text) != nil) == isOne)
  }

  @Test(arguments: [
    ("9223372036854775807B", false), ("70368744177664B", true), ("70368744177664GiB", false), ("8589934591GiB", true),
    ("8589934592GiB", false),
  ])
  func largeSizes(_ text: String, _ isOne: Bool) {
    #expect((Units.bytes(text) != nil) == isOne)
  }
}
