import Messages
import Testing

struct HeaderTextTests {
  @Test func joinsLinesAsTheyGoOut() {
    let text = HeaderText { lines in
      lines.add("Via") { $0 += "1.1 weft".utf8 }
      lines.add("X-Empty") { _ in }
    }
    #expect(text?.text == "Via: 1.1 weft\r\nX-Empty: ")
    #expect(text?.bytes.last == 0)
  }

  @Test(arguments: ["a\r\nX: y", "a\nb", "\r", "a\u{0}b"]) func leavesOutWhatCouldBeginAnotherLine(_ value: String) {
    let text = HeaderText { lines in
      lines.add("A") { $0 += "1".utf8 }
      lines.add("B") { $0 += value.utf8 }
      lines.add("C") { $0 += "2".utf8 }
    }
    #expect(text?.text == "A: 1\r\nC: 2")
    #expect(HeaderText { $0.add("B") { $0 += value.utf8 } } == nil)
  }

  @Test func nothingIsNoText() {
    #expect(HeaderText { _ in } == nil)
  }
}
