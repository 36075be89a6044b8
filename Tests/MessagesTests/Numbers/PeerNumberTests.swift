import Testing

@testable import Messages

struct PeerNumberTests {
  @Test(arguments: [("0", 0), ("007", 7), ("9223372036854775807", Int64.max), ("9223372036854775808", .max)])
  func digitsAreRead(_ text: String, _ value: Int64) {
    #expect(PeerNumber(digits: text.utf8) == PeerNumber(value))
  }

  @Test func longDigitsSaturate() {
    #expect(PeerNumber(digits: String(repeating: "9", count: 10_000).utf8) == PeerNumber(.max))
  }

  @Test(arguments: ["", "-1", "+1", " 1", "1 ", "1.0", "0x1", "١", "1\0"])
  func otherTextIsNone(_ text: String) {
    #expect(PeerNumber(digits: text.utf8) == nil)
  }

  @Test(arguments: [
    ("-1", -1), ("+7", 7), ("2147483648", 1 << 31), ("9007199254740993", 1 << 53 + 1),
    ("9223372036854775808", Int64.max),
    ("-9223372036854775808", -.max), ("-99999999999999999999", -.max),
  ])
  func signsAreRead(_ text: String, _ value: Int64) {
    #expect(PeerNumber(text) == PeerNumber(value))
    #expect(text.number(in: 0...100) == (text == "+7" ? nil : Int(text).flatMap { (0...100).contains($0) ? $0 : nil }))
  }

  @Test(arguments: ["", "-", "+", "--1", "1e400", "1.5", "0x1", " 1"]) func otherTextIsNoneWithASignEither(
    _ text: String
  ) {
    #expect(PeerNumber(text) == nil && text.number(in: 0...100) == nil)
  }

  @Test func aRangeIsNeverLeft() {
    for value in [Int64.min, -1, 0, 1, 255, 256, 65_535, 65_536, .max] {
      let number = PeerNumber(value)
      #expect(number.within(0...UInt16.max) == UInt16(exactly: value))
      #expect(number.within(10...20 as ClosedRange<Int>) == ((10...20).contains(value) ? Int(value) : nil))
      #expect(number.clamped(to: 1...UInt8.max) == UInt8(min(max(value, 1), 255)))
      #expect(number.clamped(to: -5...5 as ClosedRange<Int>) == Int(min(max(value, -5), 5)))
    }
  }
}
