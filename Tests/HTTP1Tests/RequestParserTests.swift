import NIOCore
import TestServers
import Testing

@testable import Front
@testable import HTTP1

@Suite struct RequestParserTests {
  private func head(_ text: String, limit: Int = 4096) throws -> RequestHead? {
    var parser = RequestParser(maxHeadBytes: limit)
    var buffer = ByteBuffer(string: text)
    return try parser.nextHead(&buffer)
  }

  private func status(_ text: String, limit: Int = 4096) -> Int? {
    do {
      _ = try head(text, limit: limit)
      return nil
    } catch {
      return (error as? RequestFault)?.status
    }
  }

  @Test func takesAHeadApart() throws {
    let head = try #require(
      try head(
        "POST /a?b=c HTTP/1.1\r\nHost: x:8080\r\nX-One:  a \r\nx-one: \tb\r\nEmpty:\r\nContent-Length: 3\r\n\r\n"))
    #expect(head.method == "POST")
    #expect(head.target == "/a?b=c")
    #expect(head.host == "x:8080")
    #expect(head.bodyLength == .known(3))
    #expect(head.keepsAlive)
    #expect(
      head.headers.map { "\($0.name)=\($0.value)" } == [
        "Host=x:8080", "X-One=a", "x-one=b", "Empty=", "Content-Length=3",
      ])
  }

  @Test func anyCutGivesTheSame() throws {
    let text =
      "\r\nPUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;e=1\r\nhello\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n"
      + "GET /y HTTP/1.1\r\nHost: b\r\n\r\n"
    for size in 1...text.utf8.count {
      var parser = RequestParser(maxHeadBytes: 4096)
      var buffer = ByteBuffer()
      var seen: [String] = []
      var body = ""
      var isInBody = false
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        buffer.writeBytes(rest.prefix(size))
        rest = rest.dropFirst(size)
        while true {
          if isInBody {
            let step = try parser.nextBody(&buffer)
            if case .bytes(let bytes) = step { body += String(buffer: bytes) }
            if case .end = step { isInBody = false }
            if case .needsMore = step { break }
          } else {
            guard let head = try parser.nextHead(&buffer) else { break }
            seen.append(head.target)
            isInBody = true
          }
        }
      }
      #expect(seen == ["/x", "/y"])
      #expect(body == "hello!")
    }
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: :80\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: [zz]\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a]\r\n\r\n",
    "GET http://a:8x/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\n\n",
    "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
    "GET / HTTP/1.1\rHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nNoColon\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\u{0}: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{0}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{7F}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;x\r\n\r\n",
    "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / a HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\r\nHost: a\r\n\r\n",
    "GET / http/1.1\r\nHost: a\r\n\r\n",
    "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1e1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \"1\"\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \u{661}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chun\u{212A}ed\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u{B}chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\t: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer\u{AD}-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tfolded\r\n\r\n",
    "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
    "GET / HTTP/11\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1x\r\nHost: a\r\n\r\n",
    "GET / HTTPS/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.\u{661}\r\nHost: a\r\n\r\n",
    "GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n",
    " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://a b/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET https:/a HTTP/1.1\r\nHost: a\r\n\r\n",
    "\u{16}\u{3}\u{1}\r\n\r\n",
  ])
  func refuses(text: String) {
    #expect(status(text) == 400)
  }

  @Test func refusesTextThatIsNotUTF8() {
    let lines = ["Host: a", "Via: 1.1 a (", "Connection: x", "Expect: ", "Content-Length: 1", "Transfer-Encoding: "]
    for head in ["GET /"] + lines.map({ "GET / HTTP/1.1\r\n\($0)" }) {
      var buffer = ByteBuffer(bytes: Array(head.utf8) + [0xE9])
      buffer.writeString(head == "GET /" ? " HTTP/1.1\r\nHost: a\r\n\r\n" : "\r\nHost: a\r\n\r\n")
      var parser = RequestParser(maxHeadBytes: 4096)
      #expect(throws: RequestFault.self, "\(head)") { _ = try parser.nextHead(&buffer) }
    }
  }

  /// RFC 9110 §5.5: obs-text. All lines of its name stay together.
  @Test func keepsBytesThatAreNoTextAside() throws {
    var buffer = ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nB: 2\r\nx-a:\t")
    buffer.writeBytes([0xE9, 0x20, 0xFF, 0x20])
    buffer.writeString("\r\nX-A: 3\r\n\r\n")
    var parser = RequestParser(maxHeadBytes: 4096)
    let head = try #require(try parser.nextHead(&buffer))
    #expect(
      head.headers.map { "\($0.name)=\($0.value)" } == ["Host=a", "X-A=1", "B=2", "x-a=\u{FFFD} \u{FFFD}", "X-A=3"])
    #expect(["x-a", "X-A"].allSatisfy(head.opaque.contains) && !head.opaque.contains("b"))
    #expect(
      head.opaque.lines == [
        OpaqueField(name: "X-A", value: Array("1".utf8)), OpaqueField(name: "x-a", value: [0xE9, 0x20, 0xFF]),
        OpaqueField(name: "X-A", value: Array("3".utf8)),
      ])
  }

  @Test func aRequestThatCameBackIsRefused() throws {
    let own = Via.pseudonym
    let foreign = "GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 x\(own), 1.1 y (\(own))\r\nVia: 1.0 \(own)x\r\n"
    #expect(try head(foreign + "\r\n")?.via == "1.1 x\(own), 1.1 y (\(own)), 1.0 \(own)x")
    for line in ["1.1 \(own)", "1.0 x, HTTP/1.1\t\(own) (c)"] {
      #expect(status(foreign + "Via: \(line)\r\n\r\n") == 508)
    }
  }

  @Test func tellsTLSByItsFirstByte() {
    #expect(throws: TLSHello.fault) { try head("\u{16}") }
    #expect(throws: TLSHello.fault) { try head("\u{16}\u{3}\u{1}\n\n") }
    #expect(throws: TLSHello.fault) { try head("\r\n\u{16}") }
    #expect(status("GE\u{16} / HTTP/1.1\r\n\r\n") == 400)
  }

  @Test func countsFieldsThatAreNoText() {
    var buffer = ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n")
    for _ in 0..<RequestFacts.maxFields { buffer.writeBytes(Array("X: ".utf8) + [0xE9, 0x0D, 0x0A]) }
    buffer.writeString("\r\n")
    var parser = RequestParser(maxHeadBytes: 1 << 20)
    #expect(throws: RequestFault(431, "more than 256 header lines")) { _ = try parser.nextHead(&buffer) }
  }

  /// Ten times the lines that there may be, each of which would be 400: none behind the first that is too many is read.
  @Test func fieldsBeyondTheBoundAreNotRead() {
    let good = String(repeating: "X: 1\r\n", count: RequestFacts.maxFields)
    let bad = String(repeating: "X: \u{1}\r\n", count: RequestFacts.maxFields * 10)
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\n\(good)\(bad)\r\n", limit: 1 << 20) == 431)
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\n\(good.dropFirst(6))\(bad)\r\n", limit: 1 << 20) == 400)
  }

  @Test func otherStatuses() {
    #expect(status("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505)
    #expect(status("GET / HTTP/0.9\r\n\r\n") == 505)
    #expect(status("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n") == 405)
    #expect(status("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n") == 405)
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n") == 417)
  }

  @Test func limits() {
    let long = String(repeating: "a", count: 200)
    #expect(status("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", limit: 100) == 414)
    #expect(status("GET /\(long)", limit: 100) == 414)
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", limit: 100) == 431)
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)", limit: 100) == 431)
    let many = (0..<300).map { "X\($0): 1\r\n" }.joined()
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n", limit: 100_000) == 431)
  }

  @Test func theLimitCountsTheWholeHead() throws {
    let text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(try head(text, limit: text.utf8.count) != nil)
    #expect(status(text, limit: text.utf8.count - 1) == 431)
  }

  @Test(arguments: [
    ("GET http://b:81/c?d HTTP/1.1\r\nHost: a\r\n\r\n", "/c?d", "b:81"),
    ("GET HTTPS://b HTTP/1.1\r\nHost: a\r\n\r\n", "/", "b"),
    ("GET http://b?c HTTP/1.1\r\nHost: a\r\n\r\n", "/?c", "b"),
    ("OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n", "*", "b"),
    ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*", "a"),
    ("GET / HTTP/1.0\r\n\r\n", "/", ""),
    ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "/", "[::1]:80"),
    ("PROPFIND / HTTP/1.1\r\nHost:\r\n\r\n", "/", ""),
  ])
  func targets(text: String, target: String, host: String) throws {
    let head = try #require(try head(text))
    #expect(head.target == target)
    #expect(head.host == host)
    #expect(head.headers["host"] == (text.contains("HTTP/1.0") ? [] : [host]))
  }

  @Test(arguments: [
    ("HTTP/1.1\r\nHost: a", true), ("HTTP/1.1\r\nHost: a\r\nConnection: x, Close", false),
    ("HTTP/1.0\r\nHost: a", false), ("HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive", true),
    ("HTTP/1.0\r\nConnection: keep-alive, close", false),
  ])
  func keepAlive(rest: String, expected: Bool) throws {
    #expect(try head("GET / \(rest)\r\n\r\n")?.keepsAlive == expected)
  }

  @Test(arguments: [
    "x\r\n", "\r\n", ";a\r\n", "5\nhello", "5\r\nhelloX\r\n", "-1\r\n", "0x5\r\n", " 5\r\n", "5 \r\n",
    "FFFFFFFFFFFFFFFFFF\r\n", "5;\u{0}\r\n", "0\r\nT: 1\n\r\n", "+5\r\n", "5,5\r\n", "5;a=\"\n\"\r\n", "5;a\rb\r\n",
    "\u{665}\r\n", "5_0\r\n", "0;a\n\r\n", "0\r\nGET /admin HTTP/1.1\r\n\r\n", "0\r\n: x\r\n\r\n",
    "0\r\nT : 1\r\n\r\n", "0\r\n folded: 1\r\n\r\n", "0\r\nT: a\rb\r\n\r\n", "0\r\nT: \u{0}\r\n\r\n",
  ])
  func badChunks(body: String) {
    var parser = RequestParser(maxHeadBytes: 4096)
    var buffer = ByteBuffer(string: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
    #expect(throws: RequestFault.self) {
      _ = try parser.nextHead(&buffer)
      while true {
        let step = try parser.nextBody(&buffer)
        if step == .end || step == .needsMore { break }
      }
    }
  }

  @Test func boundsOfChunkedBodies() {
    var decoder = ChunkedDecoder()
    var line = ByteBuffer(string: "5;" + String(repeating: "x", count: ChunkedDecoder.maxSizeLine))
    #expect(throws: RequestFault.self) { try decoder.next(&line) }
    var trailers = ByteBuffer(string: "0\r\n")
    for index in 0..<2000 { trailers.writeString("T\(index): 1\r\n") }
    var other = ChunkedDecoder()
    #expect(throws: RequestFault.self) { try other.next(&trailers) }
  }
}
