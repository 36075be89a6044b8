import Testing

@testable import Files

@Suite struct ByteRangeTests {
  @Test(arguments: [
    ("bytes=0-0", 0..<1), ("bytes=0-", 0..<10), ("bytes=5-7", 5..<8), ("bytes=5-100", 5..<10), ("bytes=-3", 7..<10),
    ("bytes=-100", 0..<10), ("BYTES=9-9", 9..<10), ("bytes= 2-3 ", 2..<4), ("bytes=0-99999999999999999999", 0..<10),
    ("bytes=-99999999999999999999", 0..<10),
  ])
  func parts(_ field: String, _ part: Range<Int>) {
    #expect(ByteRange(field, length: 10) == .part(part))
  }

  @Test(arguments: ["bytes=10-", "bytes=10-11", "bytes=99999999999999999999-", "bytes=-0"])
  func nothingIsThere(_ field: String) {
    #expect(ByteRange(field, length: 10) == .none)
  }

  @Test(arguments: ["bytes=0-", "bytes=-1"])
  func nothingIsInNothing(_ field: String) {
    #expect(ByteRange(field, length: 0) == .none)
  }

  @Test(arguments: [
    nil, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=3-2", "bytes=1-2,4-5", "bytes=1--2", "items=0-1",
    "bytes=+1-2", "bytes=1-x",
  ])
  func isIgnored(_ field: String?) {
    #expect(ByteRange(field, length: 10) == .whole)
  }
}
