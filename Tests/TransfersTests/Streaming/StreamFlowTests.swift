import Synchronization
import TestSockets
import Testing

@testable import Reactor
@testable import Transfers

/// Pausing, resuming and leaving, from either side and in any order.
@Suite(.ownThreads) struct StreamFlowTests {
  @Test func waitsForItsBody() async {
    await withServer(echoServer()) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/")
      request.bodyLength = .unknown
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
      request.bodyLength = .unknown
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
