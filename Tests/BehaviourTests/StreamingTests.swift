import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Bodies that are passed through while they come, and slow ends that slow the other side down.
  @Suite struct StreamingTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        ANY /proxy/*rest: { proxy: "b1 /${path.rest}" }
      """
    /// Far more than all buffers on the way may hold: the kernel's on four sockets and the gateway's own.
    static let large = 256 << 20

    @Test func aPieceArrivesBeforeTheNextIsMade() throws {
      let taken = Barrier(2)
      let backend = try ScriptedBackend { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
          guard taken.arrive() else { return }
          try stream.write("6\r\nsecond\r\n0\r\n\r\n")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /proxy/x")
      _ = try #require(try client.stream.readHead())
      let first = try #require(try client.stream.read(through: Array("first".utf8)))
      #expect(!first.isEmpty)
      #expect(taken.arrive())
      #expect(try client.stream.read(through: Array("second".utf8)) != nil)
      try gateway.stopInOrder()
    }

    @Test func aPieceOfARequestArrivesBeforeTheNextIsMade() throws {
      let taken = Barrier(2)
      let backend = try ScriptedBackend(streamsBodies: true) { _ in
        .custom { stream in
          guard try stream.read(through: Array("first".utf8)) != nil, taken.arrive() else { return }
          guard try stream.read(through: Array("0\r\n\r\n".utf8)) != nil else { return }
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("POST /proxy/x", headers: ["Transfer-Encoding: chunked"])
      try client.sendRaw("5\r\nfirst\r\n")
      #expect(taken.arrive())
      try client.sendRaw("6\r\nsecond\r\n0\r\n\r\n")
      #expect(try client.receive()?.text == "ok")
      try gateway.stopInOrder()
    }

    @Test func aClientThatDoesNotReadStopsTheBackend() throws {
      let sent = Tally()
      let backend = try ScriptedBackend { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.large)\r\n\r\n")
          try sent.fill(stream, upTo: Self.large)
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let before = try gateway.residentBytes()
      let client = try RawClient(port: gateway.port, receiveBuffer: 64 * 1024)
      try client.send("GET /proxy/x")
      let stuckAt = sent.waitUntilStill()
      #expect(stuckAt < Self.large / 4, "a client that reads nothing lets \(stuckAt) bytes through")
      #expect(try gateway.residentBytes() - before < 32 << 20)
      _ = try #require(try client.stream.readHead())
      var received = 0
      while received < Self.large {
        let bytes = try client.stream.read()
        if bytes.isEmpty { break }
        received += bytes.count
      }
      #expect(received == Self.large)
      #expect(try gateway.residentBytes() - before < 32 << 20)
      try gateway.stopInOrder()
    }

    @Test func aBackendThatDoesNotReadStopsTheClient() throws {
      let mayRead = Barrier(2)
      let received = Tally()
      let backend = try ScriptedBackend(streamsBodies: true) { _ in
        .custom { stream in
          guard mayRead.arrive() else { return }
          while received.count < Self.large {
            let bytes = try stream.read()
            if bytes.isEmpty { return }
            received.add(bytes.count)
          }
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let before = try gateway.residentBytes()
      let client = try RawClient(port: gateway.port)
      try client.send("POST /proxy/x", headers: ["Content-Length: \(Self.large)"])
      let sent = Tally()
      let stream = client.stream
      startThread { try? sent.fill(stream, upTo: Self.large) }
      let stuckAt = sent.waitUntilStill()
      #expect(stuckAt < Self.large / 4, "a backend that reads nothing lets \(stuckAt) bytes through")
      #expect(try gateway.residentBytes() - before < 32 << 20)
      #expect(mayRead.arrive())
      #expect(try client.receive()?.text == "ok")
      #expect(received.count == Self.large)
      try gateway.stopInOrder()
    }

    @Test func aClientThatLeavesEndsTheBackendsWork() throws {
      let backend = try ScriptedBackend { _ in
        var answer = ScriptedAnswer.json("half")
        answer.missing = 100
        answer.then = .hang
        return answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /proxy/x")
      _ = try #require(try client.stream.readHead())
      client.stream.close()
      #expect(backend.waitForAbandonments(1))
      try gateway.stopInOrder()
    }

    @Test func aClientThatBreaksItsBodyOffBreaksTheBackendsToo() throws {
      let (began, ended) = (Barrier(2), Barrier(2))
      let taken = Tally()
      let backend = try ScriptedBackend(streamsBodies: true) { _ in
        .custom { stream in
          // Who leaves before the request went out leaves the backend nothing to see.
          guard began.arrive() else { return }
          taken.add(try stream.read(count: 100).count)
          _ = ended.arrive()
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("POST /proxy/x", headers: ["Content-Length: 100"])
      try client.sendRaw("half")
      #expect(began.arrive())
      client.stream.close()
      #expect(ended.arrive())
      #expect(taken.count < 100, "a body that was broken off must not look complete")
      try gateway.stopInOrder()
    }

    @Test func anAnswerBeforeTheBodyIsInIsPassedOn() throws {
      let backend = try ScriptedBackend(streamsBodies: true) { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
          while try !stream.read().isEmpty {}
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("POST /proxy/x", headers: ["Content-Length: 1000000"])
      try client.sendRaw("some")
      let response = try #require(try client.receive())
      #expect(response.status == 413 && response.text == "big")
      client.stream.close()
      try gateway.stopInOrder()
    }
  }
}
