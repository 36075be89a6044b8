import Messages
import Synchronization
import Testing
import Timing

@testable import Reactor
@testable import Transfers

@Suite struct StreamTests {
  private func echo() -> ScriptedServer {
    ScriptedServer(answering: { request in
      let length = request["content-length"] ?? request["transfer-encoding"] ?? "-"
      return ok("\(request.method) \(length) \(request.text)")
    })
  }

  @Test(arguments: ["GET", "DELETE", "OPTIONS", "PURGE"])
  func passesAnAnswerOn(method: String) async {
    await withServer(echo()) { loop, origin in
      let record = await loop.run(StreamRequest(patient: origin, method: method, target: "/"), StreamProbe())
      #expect(record.word == "ok")
      #expect(record.status == 200)
      #expect(record.text == "\(method) - ")
      #expect(record.endCount == 1)
      #expect(record.callsAfterEnd == 0)
    }
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "GET", "PURGE"])
  func sendsABodyOfKnownLength(method: String) async {
    await withServer(echo()) { loop, origin in
      var request = StreamRequest(patient: origin, method: method, target: "/")
      request.bodyLength = .known(6)
      let probe = StreamProbe(body: [.bytes(Array("abc".utf8)), .bytes(Array("def".utf8))])
      #expect(await loop.run(request, probe).text == "\(method) 6 abcdef")
      request.bodyLength = .known(0)
      #expect(await loop.run(request, StreamProbe()).text == "\(method) 0 ")
      request.bodyLength = .chunked
      #expect(
        await loop.run(request, StreamProbe(body: [.bytes(Array("xyz".utf8)), .end])).text == "\(method) chunked xyz")
      #expect(await loop.run(request, StreamProbe(body: [.end])).text == "\(method) chunked ")
    }
  }

  @Test func waitsForItsBody() async {
    await withServer(echo()) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/")
      request.bodyLength = .chunked
      let probe = StreamProbe(body: [.wait])
      let stream = await loop.open(request, probe)
      for piece in ["a", "b", "c"] {
        probe.add([.bytes(Array(piece.utf8)), .wait])
        loop.reactor.execute { stream.resumeSending() }
        await loop.settle()
      }
      probe.add([.end])
      loop.reactor.execute { stream.resumeSending() }
      #expect(await probe.end().text == "POST chunked abc")
    }
  }

  @Test func passesHeadersAsTheyAre() async {
    let server = ScriptedServer { peer in
      while let request = peer.readRequest() {
        peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nSet-Cookie: a=1\r\n")
        peer.send("set-cookie: b=2\r\nX-Folded: one\r\n  two\r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n")
        let text = request.lines.joined(separator: "|")
        peer.send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n0\r\nX-Trailer: t\r\n\r\n")
      }
    }
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/x")
      request.headers = [
        HeaderField("accept", "a"), HeaderField("Empty", ""), HeaderField("X", "1"), HeaderField("X", "2"),
      ]
      request.bodyLength = .known(1)
      for _ in 0..<2 {
        let record = await loop.run(request, StreamProbe(body: [.bytes([1])]))
        #expect(record.word == "ok")
        #expect(record.status == 201)
        #expect(
          record.text == "POST /x HTTP/1.1|Host: 127.0.0.1:\(server.port)|accept: a|Empty:|X: 1|X: 2|Content-Length: 1")
        #expect(
          Array(record.headers) == [
            HeaderField("Set-Cookie", "a=1"), HeaderField("set-cookie", "b=2"), HeaderField("X-Folded", "one  two"),
            HeaderField("Empty", ""), HeaderField("Transfer-Encoding", "chunked"),
          ])
        #expect(record.headers["set-cookie"] == "a=1, b=2")
        #expect(record.headers["x-trailer"] == nil)
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test(arguments: [204, 304])
  func answersWithoutABody(status: Int) async {
    let server = ScriptedServer(answering: { _ in "HTTP/1.1 \(status) Nothing\r\nETag: x\r\n\r\n" })
    await withServer(server) { loop, origin in
      for _ in 0..<3 {
        let record = await loop.run(StreamRequest(patient: origin, target: "/"), StreamProbe())
        #expect(record.word == "ok")
        #expect(record.status == status)
        #expect(record.body.isEmpty)
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test func headHasALengthAndNoBody() async {
    let server = ScriptedServer(answering: { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: \($0.method)\r\n\r\n" })
    await withServer(server) { loop, origin in
      for _ in 0..<3 {
        let record = await loop.run(StreamRequest(patient: origin, method: "HEAD", target: "/"), StreamProbe())
        #expect(record.word == "ok")
        #expect(record.headers["content-length"] == "5")
        #expect(record.headers["x"] == "HEAD")
      }
      #expect(server.connectionCount == 1)
    }
  }

  /// The delegate takes one piece at a time; meanwhile libcurl holds no more than another one.
  @Test func aSlowTakerGetsEverything() async {
    let size = 3_000_000
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let server = ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
        peer.send(content)
      }
    }
    await withServer(server) { loop, origin in
      let probe = StreamProbe(onPiece: { stream, _ in
        loop.reactor.execute { stream.resumeReceiving() }
        return false
      })
      let record = await loop.run(StreamRequest(patient: origin, target: "/"), probe)
      #expect(record.word == "ok")
      #expect(record.body == content)
      #expect(record.largestPiece <= 16 * 1024)
    }
  }

  @Test func aPausedStreamIsSlowedByTCP() async {
    let sent = Atomic<Int>(0)
    let server = ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        let piece = [UInt8](repeating: 7, count: 100_000)
        for _ in 0..<500 where peer.send(piece) { sent.add(1, ordering: .relaxed) }
      }
    }
    await withServer(server) { loop, origin in
      let probe = StreamProbe(onPiece: { _, record in record.body.count > 20_000_000 })
      let stream = await loop.open(StreamRequest(patient: origin, target: "/"), probe)
      await probe.wait { !$0.body.isEmpty }
      // Nothing more arrives, however often the loop turns; other transfers go on.
      for _ in 0..<200 { await loop.settle() }
      #expect(probe.record.body.count <= 16 * 1024)
      #expect(probe.record.result == nil)
      loop.reactor.execute { stream.cancel() }
      #expect(await probe.end().word == "cancelled")
    }
    #expect(sent.load(ordering: .relaxed) < 200)
  }

  @Test func methodsMayBeCalledInsideACallback() async {
    let server = ScriptedServer(answering: { _ in ok(String(repeating: "x", count: 100_000)) })
    await withServer(server) { loop, origin in
      let paused = StreamProbe(onPiece: { stream, _ in
        stream.resumeReceiving()
        stream.resumeSending()
        return true
      })
      #expect(await loop.run(StreamRequest(patient: origin, target: "/"), paused).body.count == 100_000)
      let inHead = StreamProbe(onHead: { $0.cancel() })
      #expect(await loop.run(StreamRequest(patient: origin, target: "/"), inHead).word == "cancelled")
      let inBody = StreamProbe(onPiece: { stream, _ in
        stream.cancel()
        return true
      })
      #expect(await loop.run(StreamRequest(patient: origin, target: "/"), inBody).word == "cancelled")
      let second = StreamProbe()
      let first = StreamProbe(onHead: { _ in
        _ = loop.stream(StreamRequest(patient: origin, target: "/2"), delegate: second)
      })
      #expect(await loop.run(StreamRequest(patient: origin, target: "/"), first).word == "ok")
      #expect(await second.end().body.count == 100_000)
      await loop.settle()
      #expect(loop.currentTransferCount == 0)
    }
  }

  @Test func anAnswerMayComeBeforeTheBodyIsSent() async {
    let server = ScriptedServer { peer in
      guard peer.readHead() != nil else { return }
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
      guard peer.readChunks() != nil else { return }
      peer.send("world")
      peer.waitForClose()
    }
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/")
      request.bodyLength = .chunked
      let probe = StreamProbe(body: [.bytes([1, 2, 3]), .wait])
      let stream = await loop.open(request, probe)
      await probe.wait { $0.text == "hello" }
      probe.add([.bytes([4]), .end])
      loop.reactor.execute { stream.resumeSending() }
      let record = await probe.end()
      #expect(record.word == "ok")
      #expect(record.text == "helloworld")
    }
  }

  /// A backend that refuses a body early: its whole answer counts, whether it keeps the connection or not.
  @Test(arguments: [200, 413], ["", "Connection: close\r\n"])
  func anAnswerMayRefuseTheBody(status: Int, header: String) async {
    let server = ScriptedServer { peer in
      guard peer.readHead() != nil else { return }
      peer.send("HTTP/1.1 \(status) X\r\n\(header)Content-Length: 2\r\n\r\nno")
      // Closing before the rest is read would be a reset, and could take the answer with it.
      peer.waitForClose()
    }
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "PUT", target: "/")
      request.bodyLength = .known(10_000_000)
      let probe = StreamProbe(body: [.bytes([UInt8](repeating: 1, count: 10_000_000))])
      let record = await loop.run(request, probe)
      #expect(record.status == status)
      #expect(record.text == "no")
      #expect(record.word == "ok")
    }
  }

  @Test func aBodyThatEndsEarlyIsCancelled() async {
    await withServer(echo()) { loop, origin in
      var request = StreamRequest(patient: origin, method: "PUT", target: "/")
      request.bodyLength = .known(10)
      #expect(await loop.run(request, StreamProbe(body: [.bytes([1]), .end])).word == "cancelled")
      #expect(await loop.run(request, StreamProbe(body: [.bytes([1]), .abort])).word == "cancelled")
      request.bodyLength = .chunked
      #expect(await loop.run(request, StreamProbe(body: [.bytes([1]), .abort])).word == "cancelled")
    }
  }

  @Test func aBackendThatClosesUnderTheBodyIsConnect() async {
    let server = ScriptedServer { peer in
      _ = peer.readHead()
      peer.reset()
    }
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "PUT", target: "/")
      request.bodyLength = .known(10_000_000)
      let body = [UInt8](repeating: 1, count: 10_000_000)
      #expect(await loop.run(request, StreamProbe(body: [.bytes(body)])).word == "connect")
      #expect(server.connectionCount == 1)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
  ])
  func aTruncatedAnswerIsInvalid(answer: String) async {
    let server = ScriptedServer { peer in
      _ = peer.readRequest()
      peer.send(answer)
    }
    await withServer(server) { loop, origin in
      let record = await loop.run(StreamRequest(patient: origin, target: "/"), StreamProbe())
      #expect(record.status == 200)
      #expect(record.text == "hello")
      #expect(record.word == "invalid")
    }
  }

  @Test func anAnswerThatEndsWithItsConnectionIsWhole() async {
    let server = ScriptedServer { peer in
      _ = peer.readRequest()
      peer.send("HTTP/1.0 200 OK\r\n\r\nhello")
    }
    await withServer(server) { loop, origin in
      let record = await loop.run(StreamRequest(patient: origin, target: "/"), StreamProbe())
      #expect(record.word == "ok")
      #expect(record.text == "hello")
    }
  }

  @Test func headAndIdleTimeouts() async {
    let server = ScriptedServer { peer in
      guard let request = peer.readHead() else { return }
      if request.target == "/body" { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello") }
      peer.waitForClose()
    }
    await withServer(server) { loop, origin in
      var head = StreamRequest(patient: origin, target: "/head")
      head.headTimeout = .milliseconds(30)
      #expect(await loop.run(head, StreamProbe()).word == "timeout")
      var body = StreamRequest(patient: origin, target: "/body")
      body.idleTimeout = .milliseconds(30)
      let record = await loop.run(body, StreamProbe())
      #expect(record.word == "timeout")
      #expect(record.text == "hello")
      var upload = StreamRequest(patient: origin, method: "POST", target: "/upload")
      upload.bodyLength = .known(10)
      upload.idleTimeout = .milliseconds(30)
      #expect(await loop.run(upload, StreamProbe(body: [.bytes([1]), .wait])).word == "timeout")
    }
  }

  /// The head's time begins when the body is sent.
  @Test func aLongUploadIsNotAHeadTimeout() async {
    await withServer(echo()) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/")
      request.bodyLength = .known(2)
      request.headTimeout = .seconds(1000)
      request.idleTimeout = .seconds(9000)
      let probe = StreamProbe(body: [.bytes([65]), .wait])
      let stream = await loop.open(request, probe)
      let due = await Task(executorPreference: loop.reactor) { loop.reactor.timers.next }.value
      #expect(Instant.now().duration(to: due) > .seconds(2000))
      probe.add([.bytes([66])])
      loop.reactor.execute { stream.resumeSending() }
      #expect(await probe.end().text == "POST 2 AB")
    }
  }

  @Test func shutdownEndsStreamsAsCancelled() async {
    let server = ScriptedServer { $0.waitForClose() }
    defer { server.stop() }
    let probes = (0..<10).map { _ in StreamProbe() }
    await withLoop { loop in
      let origin = Origin(patient: server.address)
      for probe in probes { _ = await loop.open(StreamRequest(patient: origin, target: "/"), probe) }
      #expect(loop.currentTransferCount == 10)
      loop.shutdown()
      #expect(loop.currentTransferCount == 0)
    }
    for probe in probes { #expect(probe.record.word == "cancelled") }
  }
}
