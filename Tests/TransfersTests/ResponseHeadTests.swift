import Messages
import TestInputs
import TestSockets
import Testing

@testable import Transfers

@Suite(.ownThreads) struct ResponseHeadTests {
  private func read(_ lines: [String], keepsAll: Bool = true) -> (ResponseHead, [ResponseHead.Step]) {
    var head = ResponseHead()
    head.reset(keepsAll: keepsAll)
    let steps = lines.map { line in Array("\(line)\r\n".utf8).withUnsafeBytes { head.append($0) } }
    return (head, steps)
  }

  @Test func takesTheFinalHead() {
    let (head, steps) = read([
      "HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Early", "Link: x", "", "HTTP/1.1 200 OK", "A: 1", "a:2 ", "",
    ])
    #expect(steps.filter { $0 == .complete }.count == 1)
    #expect(steps[8] == .complete)
    #expect(head.status == 200)
    #expect(Array(HeaderBlock(bytes: head.bytes)) == [HeaderField("A", "1"), HeaderField("a", "2")])
    #expect(HeaderBlock(bytes: head.bytes)["a"] == "1, 2")
  }

  @Test(arguments: [
    (200, false, false), (399, false, false), (400, false, true), (503, false, true), (200, true, true),
  ])
  func keepsWhatIsWanted(status: Int, keepsAll: Bool, kept: Bool) {
    let (head, _) = read(["HTTP/1.1 \(status) X", "Retry-After: 3", ""], keepsAll: keepsAll)
    #expect(head.isComplete)
    #expect(HeaderBlock(bytes: head.bytes)["retry-after"] == (kept ? "3" : nil))
  }

  @Test func readsTheStatus() {
    #expect(read(["HTTP/2 204 "]).0.status == 204)
    #expect(read(["HTTP/1.1 404"]).0.status == 404)
    #expect(read(["HTTP/1.1 20"]).0.status == 1)
    #expect(read(["HTTP/1.1 abc"]).0.status == 1)
    #expect(read(["HTTP/1.1"]).0.hasBegun)
    #expect(!ResponseHead().hasBegun)
  }

  @Test func unfolds() {
    let (head, _) = read(["HTTP/1.1 200 OK", "A: one", "  two", "\tthree", "B: x", ""])
    #expect(Array(HeaderBlock(bytes: head.bytes)) == [HeaderField("A", "one  two\tthree"), HeaderField("B", "x")])
  }

  @Test(arguments: [
    [" A: 1"], ["\tA: 1"], ["Content-Length: 2", " 3"], ["Transfer-Encoding: chunked", " , gzip"],
    ["Content-Encoding: gzip", "\t, br"], ["Content-Length : 2"], ["Transfer-Encoding\t: chunked"],
  ])
  func refusesWhatIsFoldedOrSpacedInTwoWays(fields: [String]) {
    #expect(read(["HTTP/1.1 200 OK"] + fields, keepsAll: false).1.last == .refused)
    #expect(read(["HTTP/1.1 103 Early", "A: 1", "", "HTTP/1.1 200 OK"] + fields).1.last == .refused)
  }

  @Test func isBounded() {
    var head = ResponseHead()
    head.reset(keepsAll: true)
    let line = Array("A: \(String(repeating: "x", count: 1000))\r\n".utf8)
    _ = Array("HTTP/1.1 200 OK\r\n".utf8).withUnsafeBytes { head.append($0) }
    let steps = (0..<300).map { _ in line.withUnsafeBytes { head.append($0) } }
    #expect(steps.first == .more)
    #expect(steps.last == .refused)
    #expect(head.bytes.count <= ResponseHead.maxBytes)
  }

  @Test func hasSoManyLinesAndNoMore() {
    func steps(_ count: Int, keepsAll: Bool) -> (ResponseHead, [ResponseHead.Step]) {
      read(
        ["HTTP/1.1 103 Early"] + Array(repeating: "A: 1", count: ResponseHead.maxFields) + ["", "HTTP/1.1 200 OK"]
          + Array(repeating: "A: 1", count: count) + [""], keepsAll: keepsAll)
    }
    for keepsAll in [false, true] {
      #expect(steps(ResponseHead.maxFields, keepsAll: keepsAll).1.last == .complete)
      // Read until the first that is too many; libcurl goes no further then.
      let (head, taken) = steps(ResponseHead.maxFields * 10, keepsAll: keepsAll)
      #expect(taken.firstIndex(of: .refused) == 2 * ResponseHead.maxFields + 3)
      #expect(head.refusal.contains("256"))
    }
  }

  /// Ten times the lines that a head may have, and ten times those: a few looks at each byte.
  @Test(arguments: [10, 100]) func theWorkGrowsWithTheBytesAlone(_ times: Int) {
    let bytes = Array(String(repeating: "a:  \t x \t\r\n", count: ResponseHead.maxFields * times).utf8)
    let looks = Looks()
    var rest = CountedBytes(bytes[...], looks)
    var count = 0
    while let line = HeaderBlock.nextLine(&rest) { count += line.name.count }
    #expect(count == ResponseHead.maxFields * times)
    #expect(looks.count < bytes.count * 4)
  }

  @Test func aBlockIsLookedThroughOnce() {
    let block = HeaderBlock(bytes: Array(String(repeating: "a:  \t x \t\r\n", count: 2560).utf8))
    #expect(Array(block).allSatisfy { $0 == HeaderField("a", "x") } && Array(block).count == 2560)
    #expect(block["a"] == Array(repeating: "x", count: 2560).joined(separator: ", "))
    #expect(HeaderBlock(bytes: Array("a:   \r\n".utf8))["a"] == "")
  }

  @Test(arguments: [("2", "2", true), ("2", "4", false), (" 3", "3 ", true)])
  func lengthsMustAgree(first: String, second: String, agree: Bool) {
    let (_, steps) = read(
      ["HTTP/1.1 200 OK", "Content-Length: \(first)", "content-length:\(second)", ""], keepsAll: false)
    #expect(steps.contains(.refused) != agree)
  }

  @Test(arguments: [
    ("9223372036854775806", true), ("9223372036854775807", false), ("9223372036854775808", false),
    ("99999999999999999999", false), ("-1", false), ("1e400", false), ("2147483648", true),
  ])
  func lengthsAreWithinReason(length: String, isGood: Bool) {
    let (head, steps) = read(["HTTP/1.1 200 OK", "Content-Length: \(length)", ""])
    #expect(steps.contains(.refused) != isGood)
    #expect(head.body.length == (isGood ? Int(length) : nil))
  }

  @Test func linesThatAreNoFieldsAreSkipped() {
    let (head, _) = read(["HTTP/1.1 200 OK", "nonsense", ": x", "B:", ""])
    #expect(HeaderBlock(bytes: head.bytes)["b"] == "")
    #expect(HeaderBlock(bytes: Array("B: unended".utf8))["b"] == "unended")
  }
}
