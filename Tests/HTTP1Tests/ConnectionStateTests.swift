import Front
import NIOCore
import Testing

@testable import HTTP1

/// What a test has read off a state: one word a step.
private final class Life {
  var state = ConnectionState(maxHeadBytes: 4096)
  var inbound = ByteBuffer()

  func hangUp() -> Bool? { state.hangUp(inbound) }
  func on<R>(_ event: (inout ConnectionState) -> R) -> R { event(&state) }

  /// Every step that the bytes allow, up to one that needs an answer or more bytes.
  func read(_ text: String, isBehind: Bool = false) throws -> [String] {
    inbound.writeString(text)
    var words: [String] = []
    while true {
      switch try state.next(&inbound, isBehind: isBehind) {
      case .request(let head): words.append(head.target)
      case .body(let bytes): words.append("\"\(String(buffer: bytes))\"")
      case .bodyEnd(let next): words.append("end" + (next.map { " \($0)" } ?? ""))
      case .needsMore(let input, let isAsked): return words + ["\(input)\(isAsked ? "" : " not asked")"]
      case .held: return words + ["held"]
      }
    }
  }

  func answer(isLast: Bool = false) -> String {
    let (persistence, sendsBody) = state.answerWhole(isLast: isLast)
    return "\(persistence)\(sendsBody ? "" : " bare") \(state.finishAnswer())"
  }
}

private func request(_ lines: String..., version: String = "1.1", method: String = "GET") -> String {
  "\(method) /a HTTP/\(version)\r\nHost: x\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// The life of a connection without sockets.
@Suite struct ConnectionStateTests {
  /// Version, the request's `Connection`, whether the server is ending; what the answer says, and what follows.
  @Test(arguments: [
    ("1.1", "", false, "implied request"), ("1.1", "close", false, "close close"), ("1.1", "", true, "close close"),
    ("1.0", "", false, "close close"), ("1.0", "keep-alive", false, "keepAlive request"),
    ("1.0", "keep-alive", true, "close close"), ("1.1", "keep-alive, close", false, "close close"),
  ])
  func persistence(_ version: String, _ option: String, _ isLast: Bool, _ expected: String) throws {
    let life = Life()
    let lines = option.isEmpty ? request(version: version) : request("Connection: \(option)", version: version)
    #expect(try life.read(lines) == ["/a", "held"])
    #expect(life.answer(isLast: isLast) == expected)
  }

  @Test func theNextRequestWaitsForTheAnswer() throws {
    let life = Life()
    #expect(try life.read(request() + request(method: "HEAD")) == ["/a", "held"])
    #expect(life.answer() == "implied request")
    #expect(try life.read("", isBehind: true) == ["held"])
    #expect(try life.read("") == ["/a", "held"])
    #expect(life.answer() == "implied bare request")
    #expect(try life.read("") == ["head"])
  }

  @Test func aBodyComesInPiecesAndPauses() throws {
    let life = Life()
    #expect(try life.read(request("Content-Length: 6") + "abc") == ["/a", "\"abc\"", "body"])
    life.state.pauseBody()
    #expect(try life.read("def") == ["held"])
    #expect(life.state.isFull(life.inbound, maxHeadBytes: 4096))
    #expect(life.on { $0.resumeBody() } && !life.on { $0.resumeBody() })
    #expect(try life.read("") == ["\"def\"", "end", "held"])
  }

  /// An answer before the body's end: the rest is read for the next request's sake, up to a bound.
  @Test func theRestOfABodyIsReadOff() throws {
    let life = Life()
    #expect(try life.read(request("Content-Length: 6") + "abc") == ["/a", "\"abc\"", "body"])
    #expect(life.answer() == "implied rest")
    #expect(life.on { $0.dropBody(3) } == .rest)
    #expect(try life.read("def" + request()) == ["\"def\"", "end request", "/a", "held"])
  }

  @Test func theRestOfALongBodyIsNot() throws {
    let life = Life()
    _ = try life.read(request("Content-Length: 1000000") + "abc")
    #expect(life.on { $0.dropBody(ConnectionState.maxDroppedBytes) } == .nothing)
    #expect(life.answer() == "implied close")
    #expect(life.on { $0.dropBody(1) } == .close)
    #expect(life.hangUp() == true)
    #expect(try life.read("more") == ["held"])
    #expect(life.hangUp() == nil)
  }

  /// RFC 9110 §10.1.1: a client that was not told to send its body may leave it out, so the connection ends.
  @Test func hundredContinueIsOwedOnce() throws {
    let life = Life()
    let head = request("Content-Length: 3", "Expect: 100-continue")
    #expect(try life.read(head) == ["/a", "body not asked"])
    #expect(life.on { $0.askForBody() } && !life.on { $0.askForBody() })
    #expect(try life.read("abc") == ["\"abc\"", "end", "held"])
    #expect(life.answer() == "implied request")
    #expect(try life.read(head) == ["/a", "body not asked"])
    #expect(life.answer() == "close close")
    #expect(!life.on { $0.askForBody() })
  }

  /// Method and version, status and length of an answer in pieces; how it is framed, and what its head says of the
  /// connection.
  @Test(
    arguments: [
      ("GET", "1.1", 200, 5, "length(5)", "implied"), ("GET", "1.1", 200, nil, "chunked", "implied"),
      ("GET", "1.0", 200, nil, "untilClose", "close"), ("GET", "1.0", 200, 5, "length(5)", "keepAlive"),
      ("HEAD", "1.1", 200, 5, "none", "implied"), ("HEAD", "1.0", 200, nil, "none", "keepAlive"),
      ("GET", "1.1", 204, nil, "none", "implied"), ("GET", "1.1", 304, 5, "none", "implied"),
      ("GET", "1.1", 205, 0, "length(0)", "implied"),
    ] as [(String, String, Int, Int?, String, String)])
  func framing(_ method: String, _ version: String, _ status: Int, _ length: Int?, _ framing: String, _ says: String)
    throws
  {
    let life = Life()
    _ = try life.read(request("Connection: keep-alive", version: version, method: method))
    let begun = try #require(life.on { $0.beginAnswer(status: status, length: length, isLast: false) })
    #expect("\(begun.1)" == framing && "\(begun.0)" == says)
    #expect(life.on { $0.beginAnswer(status: status, length: length, isLast: false) } == nil, "answered twice")
  }

  @Test func anAnnouncedLengthIsKept() throws {
    let life = Life()
    _ = try life.read(request())
    _ = life.state.beginAnswer(status: 200, length: 5, isLast: false)
    #expect(life.on { $0.piece(3) } == .length(2))
    #expect(life.on { $0.answerEnd() } == nil, "it is too short")
    #expect(life.on { $0.piece(3) } == nil, "it is too long")
    #expect(life.on { $0.piece(2) } == .length(0) && life.on { $0.answerEnd() } == .length(0))
    #expect(life.state.streamed == (200, 5))
    #expect(life.on { $0.finishAnswer() } == .request)
    #expect(life.on { $0.piece(1) } == ConnectionState.Framing.none, "the answer is over")
  }

  @Test func whatIsNoRequestIsRefusedWhereAnAnswerHasRoom() throws {
    let life = Life()
    #expect(throws: RequestFault.self) { try life.read("no request\r\n\r\n") }
    #expect(life.on { $0.refuse() } == .tell)
    #expect(life.answer() == "close nothing")

    let begun = Life()
    _ = try begun.read(request("Transfer-Encoding: chunked"))
    _ = begun.state.beginAnswer(status: 200, length: nil, isLast: false)
    #expect(throws: RequestFault.self) { try begun.read("no chunk\r\n") }
    #expect(begun.on { $0.refuse() } == .abort)

    let answered = Life()
    _ = try answered.read(request("Transfer-Encoding: chunked"))
    #expect(answered.answer() == "implied rest")
    #expect(throws: RequestFault.self) { try answered.read("no chunk\r\n") }
    #expect(answered.on { $0.refuse() } == .close)
    #expect(answered.hangUp() == true)
    #expect(answered.on { $0.refuse() } == ConnectionState.Refusal.none)
  }

  @Test func pipelinedBytesAreBounded() throws {
    let life = Life()
    _ = try life.read(request())
    life.inbound.writeBytes(Array(repeating: 0x20, count: ConnectionState.maxPipelinedBytes - 1))
    #expect(!life.state.isFull(life.inbound, maxHeadBytes: 4096))
    life.inbound.writeBytes([0x20])
    #expect(life.state.isFull(life.inbound, maxHeadBytes: 4096))
  }
}
