import Testing

@testable import Transfers

/// Backends that answer before they have the whole request, and reset: what they said is not lost over the error that
/// sending the rest ends in.
@Suite struct EarlyAnswerTests {
  private static let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno"

  /// Where libcurl is in between two sends is up to chance, so many tries.
  @Test func aRefusalBeforeAResetIsRead() async throws {
    let server = ScriptedServer { peer in
      guard peer.readHead() != nil, peer.read(100_000) != nil else { return }
      peer.send(Self.refusal)
      peer.reset()
    }
    let pieces = [StreamProbe.BodyPiece](repeating: .bytes([UInt8](repeating: 120, count: 65_536)), count: 64)
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/")
      request.bodyLength = .known(64 * 65_536)
      var lost: [StreamProbe.Record] = []
      for _ in 0..<200 {
        let record = await loop.run(request, StreamProbe(body: pieces))
        if record.word != "ok" || record.status != 413 || record.text != "no" { lost.append(record) }
      }
      #expect(lost.isEmpty, "\(lost.count) of 200, as \(lost.first as Any)")
    }
  }

  /// libcurl looks for an answer, asks for more of the body, and only then sends. Over a kept connection it would then
  /// begin anew, which is refused.
  @Test(arguments: [false, true])
  func aResetWhileTheNextPieceIsFetched(isKept: Bool) async throws {
    let isReset = Gate()
    let server = ScriptedServer { peer in
      if isKept, peer.readRequest() != nil { peer.send(ok()) }
      guard peer.readHead() != nil, peer.read(10) != nil else { return }
      peer.send(Self.refusal)
      peer.reset()
      isReset.open()
    }
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/")
      request.bodyLength = .known(30)
      if isKept { #expect(await loop.get(origin).status == 200) }
      let piece = StreamProbe.BodyPiece.bytes([UInt8](repeating: 120, count: 10))
      let record = await loop.run(request, StreamProbe(body: [piece, .block(until: isReset), piece, piece]))
      #expect(record.word == "ok" && record.status == 413 && record.text == "no", "\(record)")
      #expect(server.connectionCount == 1)
    }
  }

  @Test func onlyAWholeAnswerIsTaken() throws {
    let answer = try #require(LateAnswer(Array("HTTP/1.1 100 Continue\r\n\r\n\(Self.refusal)excess".utf8)))
    #expect(answer.head.status == 413)
    #expect(Array(answer.body) == Array("no".utf8))
    #expect(LateAnswer(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))?.body.isEmpty == true)
    for text in [
      "", "no", "HTTP/1.1 413 ", "HTTP/1.1 413 Large\r\nContent-Length: 2\r\n",
      "413 Large\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nn", "HTTP/1.1 413 Large\r\n\r\nno",
      "HTTP/1.1 413 Large\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nnono",
      "HTTP/1.1 413 Large\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
      #expect(LateAnswer(Array(text.utf8)) == nil, "\(text)")
    }
  }
}
