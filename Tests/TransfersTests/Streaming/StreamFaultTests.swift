import TestSockets
import Testing
import Timing

@testable import Reactor
@testable import Transfers

/// Bodies that end too early, and peers that fall silent.
@Suite(.ownThreads) struct StreamFaultTests {
  @Test func aBodyThatEndsEarlyIsCancelled() async {
    await withServer(echoServer()) { loop, origin in
      var request = StreamRequest(patient: origin, method: "PUT", target: "/")
      request.bodyLength = .known(10)
      #expect(await loop.run(request, StreamProbe(body: [.bytes([1]), .end])).word == "cancelled")
      #expect(await loop.run(request, StreamProbe(body: [.bytes([1]), .abort])).word == "cancelled")
      request.bodyLength = .unknown
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
    await withServer(echoServer()) { loop, origin in
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
}
