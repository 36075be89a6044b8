import Messages
import TestSockets
import Testing

@testable import Transfers

/// Backends that answer before they have the whole request, and close or reset: what they said is not lost over the
/// error that sending the rest ends in.
@Suite(.ownThreads) struct EarlyAnswerTests {
  private static let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno"
  private static let answers: [(status: Int, body: String, text: String)] = [
    (413, "no", refusal),
    (200, "ok", ok("ok")),
    (200, "ok", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    // More than libcurl reads at once.
    (200, String(repeating: "a", count: 40_000), ok(String(repeating: "a", count: 40_000))),
  ]
  /// More than the kernel's buffers on the way hold.
  private static let length = 64 * 65_536

  /// Where libcurl is in between two sends is up to chance, so many tries.
  @Test(arguments: [false, true], [false, true])
  func anEarlyAnswerIsNotLost(isEncrypted: Bool, isReset: Bool) async throws {
    let server = ScriptedServer(isEncrypted: isEncrypted) { peer in
      guard let head = peer.readHead(), let index = Int(head.target.dropFirst()), peer.read(100_000) != nil else {
        return
      }
      peer.send(Self.answers[index].text)
      if isReset { peer.reset() }
    }
    await withServer(server) { loop, origin in
      var lost: [String] = []
      for count in 0..<24 {
        let index = count % Self.answers.count
        let expected = Self.answers[index]
        let results = [
          await Self.stream(loop, origin, "/\(index)", .known(Self.length)),
          await Self.stream(loop, origin, "/\(index)", .unknown), await Self.post(loop, origin, "/\(index)"),
        ]
        lost += results.filter { $0 != "ok \(expected.status) \(expected.body)" }.map { String($0.prefix(20)) }
      }
      #expect(lost.isEmpty, "\(lost)")
    }
  }

  private static func stream(
    _ loop: TransferLoop, _ origin: Origin, _ target: String, _ length: BodyLength
  ) async -> String {
    var request = StreamRequest(patient: origin, method: "POST", target: target)
    request.bodyLength = length
    let piece = StreamProbe.BodyPiece.bytes([UInt8](repeating: 120, count: 65_536))
    let record = await loop.run(request, StreamProbe(body: Array(repeating: piece, count: 64) + [.end]))
    return "\(record.word) \(record.status ?? 0) \(record.text)"
  }

  private static func post(_ loop: TransferLoop, _ origin: Origin, _ target: String) async -> String {
    var request = TransferRequest(origin: origin, method: "POST", target: target)
    request.body = [UInt8](repeating: 120, count: length)
    let result = await loop.send(request)
    return "\(result.word) \(result.status ?? 0) \(result.text ?? "")"
  }

  struct Moment: Sendable {
    var isKept = false
    var isEncrypted = false
    var isChunked = false
    /// What libcurl has read before.
    var early = ""
    var late = EarlyAnswerTests.refusal
    var status = 413
    var text = "no"
  }

  private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na"
  static let moments: [Moment] =
    [false, true].flatMap { isEncrypted in
      [
        Moment(isEncrypted: isEncrypted), Moment(isKept: true, isEncrypted: isEncrypted),
        Moment(isEncrypted: isEncrypted, isChunked: true),
        Moment(isEncrypted: isEncrypted, early: "HTTP/1.1 100 Continue\r\n\r\n"),
        Moment(isEncrypted: isEncrypted, early: head, late: "bc\r\n0\r\n\r\n", status: 200, text: "abc"),
      ]
    }

  /// libcurl looks for an answer, asks for more of the body, and only then sends: the reset comes in between. Over a
  /// kept connection it would then begin anew, which is refused.
  @Test(arguments: moments)
  func aResetWhileTheNextPieceIsFetched(_ moment: Moment) async throws {
    let isReset = Gate()
    let isEarlySent = Gate()
    let server = ScriptedServer(isEncrypted: moment.isEncrypted) { peer in
      if moment.isKept, peer.readRequest() != nil { peer.send(ok()) }
      guard peer.readHead() != nil, peer.read(10) != nil else { return }
      peer.send(moment.early)
      isEarlySent.open()
      guard peer.read(10) != nil else { return }
      peer.send(moment.late)
      peer.reset()
      isReset.open()
    }
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/")
      request.bodyLength = moment.isChunked ? .unknown : .known(60)
      if moment.isKept { #expect(await loop.get(origin).status == 200) }
      let piece = StreamProbe.BodyPiece.bytes([UInt8](repeating: 120, count: 10))
      let probe = StreamProbe(
        body: [piece, .block(until: isEarlySent), piece, piece, .block(until: isReset), piece, piece, piece, .end])
      let record = await loop.run(request, probe)
      #expect(record.word == "ok" && record.status == moment.status && record.text == moment.text, "\(record)")
      #expect(server.connectionCount == 1)
    }
  }

  @Test func onlyAWholeAnswerIsTaken() {
    for text in [
      "HTTP/1.1 100 Continue\r\n\r\n\(Self.refusal)excess", "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 413 Large\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nno\r\n0\r\nT: 1\r\n\r\n",
    ] {
      #expect(LateResponse(Array(text.utf8)).isWhole(), "\(text)")
    }
    for text in [
      "", "no", "HTTP/1.1 413 ", "HTTP/1.1 413 Large\r\nContent-Length: 2\r\n",
      "413 Large\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nn", "HTTP/1.1 413 Large\r\n\r\nno",
      "HTTP/1.1 413 Large\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nnono",
      "HTTP/1.1 413 Large\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 413 Large\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nnoo\r\n0\r\n\r\n",
    ] {
      #expect(!LateResponse(Array(text.utf8)).isWhole(), "\(text)")
    }
  }
}
