import Foundation
import Testing

extension Behaviour {
  /// Bounds on what one process takes on.
  @Suite struct LimitTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        GET /call: { calls: { v: GET b1 /call } }
        GET /static: { response: here }
        POST /body: { response: "${length(body)}" }
        POST /ignored: { response: ignored }
        ANY /proxy: { proxy: b1 /proxy }
      """

    @Test func aHeadOver32KibibytesIsA431() throws {
      try withGateway { _, gateway in
        let long = String(repeating: "x", count: 20 * 1024)
        let fits = try gateway.exchange("GET /static", headers: ["X-A: \(long)"])
        #expect(fits.status == 200)
        let tooLong = try gateway.exchange("GET /static", headers: ["X-A: \(long)", "X-B: \(long)"])
        #expect(tooLong.status == 431)
        let longLine = try gateway.exchange("GET /static?q=\(long)\(long)")
        #expect([431, 414].contains(longLine.status))
        let tooMany = try gateway.exchange("GET /static", headers: (0..<5000).map { "X-\($0): 1" })
        #expect(tooMany.status == 431)
        #expect(try gateway.exchange("GET /static").status == 200)
      }
    }

    @Test func aBodyOverAMebibyteIsA413WhereItIsRead() throws {
      try withGateway { backend, gateway in
        let fits = "\"" + String(repeating: "x", count: (1 << 20) - 2) + "\""
        #expect(try gateway.exchange("POST /body", body: fits).text == "\((1 << 20) - 2)")
        let tooLarge = try gateway.exchange("POST /body", body: fits + " ")
        #expect(tooLarge.status == 413)
        #expect(tooLarge["Content-Type"]?.hasPrefix("application/problem+json") == true)
        #expect(try gateway.exchange("POST /ignored", body: fits + fits).status == 200)
        #expect(try gateway.exchange("POST /proxy", body: fits + fits).status == 200)
        #expect(backend.requests.first?.body.count == 2 << 20)
      }
    }

    /// Who is connected is served, who waits is accepted later, and waiting costs nothing.
    @Test func runningOutOfDescriptorsIsSurvived() throws {
      let gateway = try GatewayProcess(Self.definition, backends: ["http://127.0.0.1:1"])
      let served = try RawClient(port: gateway.port)
      try served.send("GET /static")
      #expect(try served.receive()?.status == 200)
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(gateway.child.pid)/fd")
      let end = (open.compactMap { Int($0) }.max() ?? 0) + 1
      let limit = try ChildProcess("/usr/bin/prlimit", ["--pid=\(gateway.child.pid)", "--nofile=\(end):\(end)"])
      try #require(limit.waitForExit() == 0)

      let waiting = try (0..<8).map { _ in try RawClient(port: gateway.port) }
      for client in waiting { try client.send("GET /static") }
      #expect(gateway.logs("can't be accepted"))
      try served.send("GET /call")
      #expect(try served.receive()?["Weft-Outcome"]?.contains("outcome=connect") == true)
      let spent = try gateway.processorTicks()
      usleep(1_000_000)
      // A hundred ticks a second; a loop that spins takes most of them.
      #expect(try gateway.processorTicks() - spent < 30)
      #expect(gateway.child.errors.text.components(separatedBy: "can't be accepted").count == 2)

      served.stream.shutDown()
      let first = try #require(try waiting[0].receive())
      #expect(first.status == 200)
      for client in waiting { client.stream.shutDown() }
      #expect(try gateway.exchange("GET /static").status == 200)
      try gateway.stopInOrder()
    }

    @Test func aBodyInChunksIsCountedToo() throws {
      try withGateway { _, gateway in
        let client = try RawClient(port: gateway.port)
        try client.send("POST /body", headers: ["Transfer-Encoding: chunked"])
        let chunk = "10000\r\n" + String(repeating: " ", count: 0x10000) + "\r\n"
        for _ in 0..<17 {
          do { try client.sendRaw(chunk) } catch { break }
        }
        #expect(try client.receive()?.status == 413)
      }
    }

    @Test func anAnnouncedLengthIsRefusedBeforeItComes() throws {
      try withGateway { _, gateway in
        let client = try RawClient(port: gateway.port)
        try client.send("POST /body", headers: ["Content-Length: 99999999"])
        #expect(try client.receive()?.status == 413)
      }
    }

    @Test func requestsOverTheBoundAreA503() throws {
      let free = Barrier(3)
      let backend = try ScriptedBackend { _ in .json("1").waiting(at: free) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "threads: 1\nlimits: { requestsInFlight: 2 }\n")
      let busy = try (0..<2).map { _ in try RawClient(port: gateway.port) }
      for (client, path) in zip(busy, ["/call", "/proxy"]) { try client.send("GET \(path)") }
      backend.waitForRequests(2)
      let refused = try gateway.exchange("GET /call")
      #expect(refused.status == 503)
      #expect(refused["Retry-After"].flatMap { Int($0) } != nil)
      #expect(refused["Content-Type"]?.hasPrefix("application/problem+json") == true)
      #expect(free.arrive())
      for client in busy { #expect(try client.receive()?.status == 200) }
      #expect(try gateway.exchange("GET /call").status == 200)
      try gateway.stopInOrder()
    }

    /// With half a body each they wait for each other, and nobody waits for them.
    @Test(arguments: ["/body", "/ignored", "/proxy"])
    func slowBodiesHoldUpNobody(_ path: String) throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url],
        gateway: "limits: { requestsInFlight: 10, connectionsPerClient: 50 }\n")
      let slow = try (0..<22).map { _ in try RawClient(port: gateway.port) }
      for client in slow { try client.send("POST \(path)", headers: ["Content-Length: 10"], body: [0x31]) }
      for _ in 0..<3 {
        #expect(try gateway.exchange("GET /static").status == 200)
        #expect(try gateway.exchange("GET /call").status == 200)
        #expect(try gateway.exchange("POST /body", body: "[]").status == 200)
      }
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /livez").status == 200)
      for client in slow { client.stream.close() }
      #expect(gateway.waitForHealth { $0["connections"]?.number == 0 && $0["requestsInFlight"]?.number == 0 })
      try gateway.stopInOrder()
    }

    /// What waits for clients that take nothing is bounded for all of them together.
    @Test func answersThatNobodyTakesAreBounded() throws {
      let text = "\"" + String(repeating: "x", count: 1 << 20) + "\""
      let backend = try ScriptedBackend(json: text)
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          b1: { url: "${env.B1}" }
        routes:
          GET /static: { response: here }
          GET /big:
            calls: { v: GET b1 /v }
            response: ["${v}", "${v}", "${v}", "${v}", "${v}", "${v}", "${v}"]
        """, backends: [backend.url], gateway: "limits: { untakenBytes: 16MiB }\n")
      let clients = try (0..<40).map { _ in
        let client = try RawClient(port: gateway.port, receiveBuffer: 4096)
        try client.send("GET /big")
        #expect(client.stream.hasInput(waiting: Int32(Patience.seconds * 1000)))
        return client
      }
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /livez").status == 200)
      let whole = clients.count { client in
        guard let response = try? client.receive() else { return false }
        return response.status == 200 && response.isComplete
      }
      // Of seven mebibytes each, the kernel takes a part.
      #expect((1..<20).contains(whole))
      #expect(gateway.logs("the slowest are cut off"))
      #expect(try gateway.exchange("GET /static").status == 200)
      for client in clients { client.stream.close() }
      try gateway.stopInOrder()
    }

    @Test func connectionsOverTheBoundAreNotServed() throws {
      let gateway = try GatewayProcess(
        Self.definition, backends: ["http://127.0.0.1:1"], gateway: "threads: 1\nlimits: { connections: 3 }\n")
      var clients = try (0..<3).map { _ in try RawClient(port: gateway.port) }
      for client in clients {
        try client.send("GET /static")
        #expect(try client.receive()?.status == 200)
      }
      let extra = try RawClient(port: gateway.port)
      try extra.send("GET /static")
      let refused = extra.stream.peerIsGone(waiting: 500) ? nil : try unansweredOr503(extra)
      #expect(refused == nil || refused == 503)
      for client in clients { client.stream.close() }
      clients = []
      let later = try retrying { try RawClient.exchange(port: gateway.port, "GET /static") }
      #expect(later.status == 200)
      try gateway.stopInOrder()
    }

    @Test func aHeadThatNeverEndsIsCutOff() throws {
      try withGateway(settings: "timeouts: { head: 200ms, idle: 200ms, body: 200ms }\n") { _, gateway in
        let slow = try RawClient(port: gateway.port)
        try slow.sendRaw("GET /static HTTP/1.1\r\nHost: a\r\n")
        let idle = try RawClient(port: gateway.port)
        let stuck = try RawClient(port: gateway.port)
        try stuck.send("POST /body", headers: ["Content-Length: 10"])
        #expect(try [nil, 408].contains(slow.receive()?.status))
        #expect(try [nil, 408].contains(idle.receive()?.status))
        #expect(try [nil, 408].contains(stuck.receive()?.status))
      }
    }

    /// `nil` where nothing comes as long as the bound is reached.
    private func unansweredOr503(_ client: RawClient) throws -> Int? {
      var entry = pollfd(fd: client.stream.descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&entry, 1, 500) > 0 ? try client.receive()?.status : nil
    }

    /// The gateway notices ended connections in its own time.
    private func retrying(_ body: () throws -> RawResponse) throws -> RawResponse {
      let deadline = Patience.deadline
      while true {
        do {
          let response = try body()
          if response.status == 200 || deadline.timeIntervalSinceNow < 0 { return response }
        } catch {
          if deadline.timeIntervalSinceNow < 0 { throw error }
        }
        usleep(20_000)
      }
    }

    private func withGateway(
      settings: String? = nil, _ body: (ScriptedBackend, GatewayProcess) throws -> Void
    ) throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: settings)
      try body(backend, gateway)
      try gateway.stopInOrder()
    }
  }
}
