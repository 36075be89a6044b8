import Synchronization
import TestSockets
import Testing
import Timing

@testable import Transfers

/// What happens when a kept connection is closed under the next request.
@Suite(.ownThreads) struct ReuseTests {
  @Test func aClosedConnectionIsNotUsedAgain() async {
    let server = ScriptedServer { peer in
      guard peer.readRequest() != nil else { return }
      peer.send(ok())
    }
    await withServer(server) { loop, origin in
      for _ in 0..<10 { #expect(await loop.get(origin).status == 200) }
      #expect(server.requestCount == 10)
    }
  }

  /// The backend takes the second request and closes without a word. GET is sent again on a new connection, a POST
  /// must not be: it may have been done.
  @Test(arguments: [("GET", "ok", 3), ("HEAD", "ok", 3), ("POST", "connect", 2), ("DELETE", "connect", 2)])
  func onlySafeRequestsAreSentTwice(method: String, word: String, requests: Int) async {
    let server = ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        if peer.index == 0, peer.readRequest() != nil { return }
      }
    }
    await withServer(server) { loop, origin in
      #expect(await loop.get(origin).status == 200)
      #expect(await loop.send(TransferRequest(origin: origin, method: method, target: "/")).word == word)
      #expect(server.requestCount == requests)
    }
  }

  /// libcurl counts repetitions over all transfers of a handle, and gives up at the sixth.
  @Test func repetitionsAreNotCountedOverTransfers() async {
    let server = ScriptedServer { peer in
      if peer.readRequest() != nil { peer.send(ok()) }
      _ = peer.readRequest()
    }
    await withServer(server) { loop, origin in
      for _ in 0..<30 { #expect(await loop.get(origin).status == 200) }
      #expect(server.connectionCount == 30 && server.requestCount == 59)
    }
  }

  /// libcurl repeats what it sends at once, but not the rest of a long request.
  @Test func aLongRequestThatCanNotBeSentIsSentAgain() async {
    let server = ScriptedServer { peer in
      while let request = peer.index == 0 ? peer.readHead() : peer.readRequest() {
        peer.send(ok(request.target))
        if peer.index == 0, peer.read(1) != nil { return peer.reset() }
      }
    }
    await withServer(server) { loop, origin in
      #expect(await loop.get(origin).status == 200)
      var request = TransferRequest(origin: origin, target: "/long")
      request.body = [UInt8](repeating: 120, count: 4 * 1024 * 1024)
      #expect(await loop.send(request).text == "/long")
      request.method = "POST"
      #expect(await loop.send(request).text == "/long")
      #expect(server.connectionCount == 2)
    }
  }

  /// It came behind the answer before, and is taken for no answer to this request.
  @Test func whatIsNoAnswerOnAKeptConnectionIsNotBelieved() async {
    let server = ScriptedServer { peer in
      while let request = peer.readRequest() {
        peer.send(peer.index == 0 && request.target == "/second" ? "\r\n{}\r\n\r\n" : ok(request.target))
      }
    }
    await withServer(server) { loop, origin in
      #expect(await loop.get(origin, "/first").text == "/first")
      #expect(await loop.get(origin, "/second").text == "/second")
      #expect(await loop.get(origin, "/third").text == "/third")
    }
  }

  /// Not at once, because a body may follow; but after a while.
  @Test(arguments: ["HEAD", "DELETE", "POST"])
  func aConnectionWithoutABodyRests(method: String) async {
    let server = ScriptedServer { peer in
      while let request = peer.readRequest() {
        let head = request.method == "HEAD" ? "200 OK\r\nContent-Length: 9" : "204 No Content"
        peer.send(request.method == "GET" ? ok(request.target) : "HTTP/1.1 \(head)\r\n\r\n")
      }
    }
    await withServer(server) { loop, origin in
      var request = TransferRequest(origin: origin, method: method, target: "/")
      if method == "POST" { request.body = Array("body".utf8) }
      #expect(await loop.send(request).word == "ok")
      #expect(loop.currentTransferCount == 0)
      let patience = Instant.now().advanced(by: .seconds(60))
      while server.connectionCount == server.requestCount, Instant.now() < patience {
        #expect(await loop.send(request).word == "ok")
      }
      #expect(server.connectionCount < server.requestCount)
      for _ in 0..<10 { #expect(await loop.get(origin, "/body").text == "/body") }
    }
  }

  @Test(arguments: ["PUT", "GET"])
  func aStreamedBodyIsNotSentTwice(method: String) async {
    let server = ScriptedServer { peer in
      while peer.readRequest() != nil {
        peer.send(ok())
        if peer.index == 0, peer.readRequest() != nil { return }
      }
    }
    await withServer(server) { loop, origin in
      #expect(await loop.get(origin).status == 200)
      var request = StreamRequest(patient: origin, method: method, target: "/")
      request.bodyLength = .known(3)
      #expect(await loop.run(request, StreamProbe(body: [.bytes([1, 2, 3])])).word == "connect")
      #expect(server.requestCount == 2)
    }
  }

  /// libcurl would add the line to a header of the answer before, which it has freed.
  @Test func aFirstHeaderLineThatIsFoldedIsNotAddedToAnOldOne() async {
    let server = ScriptedServer { peer in
      while let request = peer.readRequest() {
        let first = request.target == "/folded" ? " folded: 1" : "X: \(String(repeating: "x", count: 500))"
        peer.send("HTTP/1.1 200 OK\r\n\(first)\r\nContent-Length: 0\r\n\r\n")
      }
    }
    await withServer(server) { loop, origin in
      for _ in 0..<20 {
        #expect(await loop.get(origin).status == 200)
        #expect(await loop.get(origin, "/folded").word == "invalid")
        #expect(await loop.run(StreamRequest(patient: origin, target: "/"), StreamProbe()).word == "ok")
        #expect(await loop.run(StreamRequest(patient: origin, target: "/folded"), StreamProbe()).word == "invalid")
      }
      #expect(loop.currentTransferCount == 0)
    }
  }

  @Test func manyInFlightKeepTheirConnections() async {
    let server = ScriptedServer(answering: { ok($0.target) })
    await withServer(server) { loop, origin in
      for _ in 0..<3 {
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<50 {
            group.addTask { #expect(await loop.get(origin, "/\(number)").text == "/\(number)") }
          }
        }
      }
      #expect(server.connectionCount <= 50)
    }
  }

  /// curl ends a transfer and uses its connection for the next one before either is heard of: both were due at once.
  /// What lies behind the response is no response to the next request, and a connection that is in use is not taken for
  /// an idle one.
  @Test(arguments: [false, true], [false, true])
  func aConnectionMayBeUsedBeforeItsLastTransferIsHeardOf(hasExcess: Bool, wasKept: Bool) async throws {
    let size = 40_000
    let excess = hasExcess ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong" : ""
    let isSent = Gate()
    let server = ScriptedServer { peer in
      while let request = peer.readRequest() {
        if request.target == "/first" {
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
          peer.send(String(repeating: "x", count: size) + excess)
          isSent.open()
        } else {
          peer.send(ok(request.target))
        }
      }
    }
    await withServer(server) { loop, origin in
      if wasKept { #expect(await loop.get(origin, "/before").text == "/before") }
      let first = StreamProbe(onPiece: { _, record in record.body.count > 16 * 1024 })
      let paused = await loop.open(StreamRequest(patient: origin, target: "/first"), first)
      await first.wait { !$0.body.isEmpty }
      await isSent.waitAsync()
      let next = NextRequest(loop)
      loop.reactor.execute {
        paused.resumeReceiving()
        var request = StreamRequest(patient: origin, method: "PUT", target: "/next")
        request.bodyLength = .unknown
        _ = loop.stream(request, delegate: next)
      }
      #expect(await first.end().body.count == size)
      let record = await next.probe.end()
      #expect(record.text == "/next")
      #expect(next.wasPlaced == [true])
      #expect(server.connectionCount == (hasExcess ? 2 : 1))
    }
  }
}

/// *Confined to its loop's thread* until its end. Notes whether the connection of its request was known when its body was
/// asked for.
private final class NextRequest: StreamDelegate, @unchecked Sendable {  // guarded by confinement
  let probe = StreamProbe(body: [.end])
  private let loop: TransferLoop
  private(set) var wasPlaced: [Bool] = []

  init(_ loop: TransferLoop) {
    self.loop = loop
  }

  func stream(_ stream: StreamingTransfer, receivedHead status: Int, headers: HeaderBlock) {
    probe.stream(stream, receivedHead: status, headers: headers)
  }

  func stream(_ stream: StreamingTransfer, received bytes: UnsafeRawBufferPointer) -> Bool {
    probe.stream(stream, received: bytes)
  }

  func stream(_ stream: StreamingTransfer, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    wasPlaced.append(loop.unplaced == 0)
    return .end
  }

  func stream(_ stream: StreamingTransfer, receivedTrailers trailers: HeaderBlock) {}

  func streamEnded(_ stream: StreamingTransfer, _ result: Result<Void, TransferFailure>) {
    probe.streamEnded(stream, result)
  }
}
