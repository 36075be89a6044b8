import TestSockets
import Testing

@testable import Transfers

@Suite(.ownThreads) struct ResponseBodyTests {
  private struct Result: Equatable {
    var content = ""
    var trailers = ""
    var isWhole = false
    var isBroken = false
    var hasExcess = false
  }

  /// The body in pieces of `size` bytes.
  private func read(_ text: String, after head: String = "Transfer-Encoding: chunked", by size: Int) -> Result {
    var lines = ResponseHead()
    lines.reset(keepsAll: true)
    for line in ["HTTP/1.1 200 OK", head, ""] {
      _ = Array("\(line)\r\n".utf8).withUnsafeBytes { lines.append($0) }
    }
    var body = ResponseBody()
    body.begin(after: lines, hasNone: false)
    var content: [UInt8] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
        var rest = piece
        while let found = body.next(&rest) { content += Array(found) }
      }
    }
    return Result(
      content: String(decoding: content, as: UTF8.self), trailers: String(decoding: body.trailers, as: UTF8.self),
      isWhole: body.isWhole, isBroken: body.isBroken, hasExcess: body.hasExcess)
  }

  @Test(arguments: 1...24)
  func takesChunksApart(size: Int) {
    let whole = Result(content: "hello world", isWhole: true)
    #expect(read("5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n", by: size) == whole)
    #expect(read("005 \nhello\n6\r\n world\r\r\n000\n\n", by: size) == whole)
    #expect(read("B\r\nhello world\r\n0\r\nA: 1\r\nb:2\r\n\r\n", by: size).trailers == "A: 1\r\nb:2\r\n")
    #expect(read("b\r\nhello world\r\n0\r\n\r\n", by: size) == whole)
    #expect(read("b\r\nhello world\r\n0\r\n\r\nHTTP", by: size).hasExcess)
    #expect(read("hello world", after: "Content-Length: 11", by: size) == whole)
    #expect(read("hello world!", after: "Content-Length: 11", by: size).content == "hello world")
    #expect(read("hello world!", after: "Content-Length: 11", by: size).hasExcess)
    #expect(read("hello world", after: "X: y", by: size) == Result(content: "hello world"))
  }

  @Test(arguments: ["", "5", "5\r\n", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n", "0\r\nA: 1\r\n"])
  func whatIsCutIsNotWhole(text: String) {
    for size in 1...3 {
      let result = read(text, by: size)
      #expect(!result.isWhole && !result.isBroken)
    }
    #expect(!read("hello", after: "Content-Length: 6", by: 2).isWhole)
  }

  @Test(arguments: [
    "x", "\r\n", " 5\r\nhello", "-5\r\nhello", "5\r\nhello!\r\n", "10000000000000000\r\n", "8000000000000000\r\n",
    "0\r\nA\rB\r\n\r\n", "0\r\n\r\r\n",
  ])
  func nonsenseIsBroken(text: String) {
    for size in 1...3 {
      let result = read(text, by: size)
      #expect(result.isBroken && !result.isWhole, "\(result)")
    }
  }

  @Test func nothingIsEndless() {
    #expect(read("5;" + String(repeating: "x", count: 5000), by: 100).isBroken)
    #expect(read("1\r\na" + String(repeating: "\r", count: 5000), by: 100).isBroken)
    let trailers = String(repeating: "A: \(String(repeating: "x", count: 1000))\r\n", count: 300)
    #expect(read("0\r\n\(trailers)", by: 1000).isBroken)
    var body = ResponseBody()
    let line = Array("A: \(String(repeating: "x", count: 1000))\r\n".utf8)
    #expect((0..<300).contains { _ in !line.withUnsafeBytes { body.takesTrailer($0) } })
  }
}
