import Messages
import TestInputs
import Testing

@testable import Caching

struct StorableHeadersTests {
  @Test func whatConnectionNamesIsLeftOut() {
    let fields = [
      HeaderField("Connection", "X-One , close"), HeaderField("x-one", "1"), HeaderField("X-Two", "2"),
      HeaderField("connection", "x-TWO"), HeaderField("X-Three", "3"), HeaderField("Set-Cookie", "a=b"),
    ]
    #expect(StorableHeaders.filter(fields) == [HeaderField("X-Three", "3")])
  }

  /// Ten times the lines that a backend may send, one of which names ten times what it has room for: a few looks at
  /// each.
  @Test func theWorkGrowsWithTheNamesAlone() {
    let (names, lines) = (450_000, 2560)
    let connection = (0..<names).map { "x-\($0)" }.joined(separator: ", ")
    let fields = [HeaderField("Connection", connection)] + (0..<lines).map { HeaderField("X-\($0 * 2 * names)", "1") }
    let looks = Looks()
    let kept = StorableHeaders.filter(fields) { Counted($0, looks) }
    #expect(kept == Array(fields[2...]))
    #expect(looks.count < (names + lines) * 16)
  }
}
