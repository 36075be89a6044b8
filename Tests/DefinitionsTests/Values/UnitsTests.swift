import Plans
import Testing

@testable import Definitions

@Suite struct UnitsTests {
  @Test(arguments: [
    ("250ms", Duration.milliseconds(250)), ("30s", .seconds(30)), ("15m", .seconds(900)), ("1h", .seconds(3600)),
    ("0s", .zero),
  ])
  func durations(_ text: String, _ expected: Duration) {
    #expect(Units.duration(text) == expected)
    #expect(expected.written == text)
  }

  @Test(arguments: [
    "", "s", "30", "30 s", "1.5s", "-1s", "+1s", "30S", "1h30m", "1d", "99999999999999999999s", "9223372036854775807h",
    "١s",
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
}
