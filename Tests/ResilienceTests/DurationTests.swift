import Testing
import Timing

struct DurationTests {
  @Test(
    arguments: [
      (.seconds(Int64.max), .max), (.seconds(Int64.min), .min), (.nanoseconds(Int64.max), .max),
      (.nanoseconds(Int64.min), .min), (.nanoseconds(Int64.max) + .milliseconds(1), .max),
      (.nanoseconds(Int64.min) - .milliseconds(1), .min), (.milliseconds(Int64.max) * 4, .max),
      (.seconds(Int64.max) * 8, .max), (.seconds(Int64.min) * 8, .min), (.nanoseconds(-1), -1),
      (.seconds(1 << 31), 2_147_483_648_000_000_000),
    ] as [(Duration, Int64)])
  func nanosecondsSaturate(_ duration: Duration, _ nanoseconds: Int64) {
    #expect(duration.nanoseconds == nanoseconds)
  }
}
