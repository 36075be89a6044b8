import Foundation
import Testing

extension Behaviour {
  /// What runs while definitions are replaced, and what both have.
  @Suite struct GenerationTests {
    private static func composite(_ text: String) -> String {
      """
      backends: { b1: { url: "${env.B1}", timeout: \(text == "one" ? "50s" : "60s") } }
      routes: { GET /page: { timeout: 60s, calls: { v: GET b1 /\(text) }, response: { text: \(text), v: "${v}" } } }
      """
    }

    @Test func aRunningCompositeEndsOnItsOwn() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { $0.target == "/one" ? .json("1").waiting(at: free) : .json("2") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.composite("one"), backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /page")
      backend.waitForRequests(1)
      try gateway.write(Self.composite("two"))
      #expect(try gateway.reload().text == "~ GET /page: calls.v, response\n~ backend b1: timeout\n")
      #expect(try gateway.exchange("GET /page").text == #"{"text":"two","v":2}"#)
      #expect(free.arrive())
      #expect(try client.receive()?.text == #"{"text":"one","v":1}"#)
      try client.send("GET /page")
      #expect(try client.receive()?.text == #"{"text":"two","v":2}"#)
      try gateway.stopInOrder()
    }

    /// Its route and its backend are gone before its body is.
    @Test func aStreamingProxyEndsOnItsOwn() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none")
          _ = free.arrive()
          try stream.write("two")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        "backends: { b1: { url: \"${env.B1}\" } }\nroutes: { GET /stream: { proxy: b1 /stream } }\n",
        backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /stream")
      _ = try #require(try client.stream.readHead())
      #expect(try client.stream.read(count: 3) == Array("one".utf8))
      try gateway.write(ReloadTests.here("two"))
      #expect(try gateway.reload().text == "+ GET /here\n- GET /stream\n- backend b1\n")
      #expect(try gateway.exchange("GET /stream").status == 404)
      #expect(free.arrive())
      #expect(try client.stream.read(count: 3) == Array("two".utf8))
      try client.send("GET /here")
      #expect(try client.receive()?.text == "\"two\"")
      backend.waitForClosings()
      #expect(backend.openConnectionCount == 0)
      try gateway.stopInOrder()
    }

    private static func cached(_ text: String) -> String {
      """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /page:
          timeout: 60s
          cache: { ttl: 1ms, staleWhileRevalidate: 1h }
          calls: { v: GET b1 /v }
          response: { text: \(text), v: "${v}" }
      """
    }

    /// What it brings is kept under the old definition, and found again when that returns.
    @Test func aCachedRefreshEndsOnItsOwn() throws {
      let free = Barrier(2)
      let count = Tally()
      let backend = try ScriptedBackend { _ in
        count.add(1)
        let answer = ScriptedAnswer.json("\(count.count)")
        return count.count == 2 ? answer.waiting(at: free) : answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.cached("one"), backends: [backend.url])
      #expect(try gateway.exchange("GET /page").text == #"{"text":"one","v":1}"#)
      // Stale: a refresh begins.
      #expect(eventually { (try? gateway.exchange("GET /page")) != nil && count.count == 2 })
      try gateway.write(Self.cached("two"))
      #expect(try gateway.reload().text == "~ GET /page: response\n")
      #expect(try gateway.exchange("GET /page").text == #"{"text":"two","v":3}"#)
      #expect(free.arrive())
      try gateway.write(Self.cached("one"))
      #expect(try gateway.reload().text == "~ GET /page: response\n")
      #expect(eventually { (try? gateway.exchange("GET /page"))?.text == #"{"text":"one","v":2}"# })
      try gateway.stopInOrder()
    }

    private static func shared(_ text: String) -> String {
      """
      backends:
        plain: { url: "${env.B4}" }
        guarded: { url: "${env.B2}", breaker: { minimumCalls: 5, openFor: 1h } }
        probed: { urls: ["${env.B1}", "${env.B3}"], health: { path: /health, every: 100ms, unhealthyAfter: 1 } }
      routes:
        GET /plain: { calls: { v: GET plain /plain } }
        GET /guarded: { calls: { v: GET guarded /guarded } }
        GET /probed: { calls: { v: GET probed /probed } }
        GET /kept: { cache: 1h, calls: { v: GET plain /kept } }
        GET /text: { response: \(text) }
      """
    }

    @Test func whatBothHaveKeepsItsState() throws {
      let well = try ScriptedBackend { .json("\"\($0.target)\"") }
      let failing = try ScriptedBackend { _ in .json("{}", status: 500) }
      let ill = try ScriptedBackend { $0.target == "/health" ? .json("{}", status: 503) : .json("0") }
      // Without probes, which may take a connection at any moment.
      let plain = try ScriptedBackend { .json("\"\($0.target)\"") }
      defer { for backend in [well, failing, ill, plain] { backend.stop() } }
      let gateway = try GatewayProcess(
        Self.shared("one"), backends: [well.url, failing.url, ill.url, plain.url], gateway: "threads: 1\n")
      for _ in 0..<5 { _ = try gateway.exchange("GET /guarded") }
      #expect(try gateway.exchange("GET /guarded")["Weft-Outcome"]?.contains("circuit-open") == true)
      #expect(gateway.logs("is unhealthy"))
      _ = try gateway.exchange("GET /plain")
      #expect(try gateway.exchange("GET /kept").text == #"{"v":"/kept"}"#)
      for text in ["two", "three"] {
        let (calls, connections) = (failing.requests.count, plain.connectionCount)
        try gateway.write(Self.shared(text))
        #expect(try gateway.reload().text == "~ GET /text: response\n")
        #expect(try gateway.exchange("GET /text").text == "\"\(text)\"")
        #expect(try gateway.exchange("GET /guarded")["Weft-Outcome"]?.contains("circuit-open") == true)
        #expect(failing.requests.count == calls)
        for _ in 0..<4 { #expect(try gateway.exchange("GET /probed").text == #"{"v":"/probed"}"#) }
        _ = try gateway.exchange("GET /plain")
        #expect(plain.connectionCount == connections)
        #expect(try gateway.exchange("GET /kept").isHit)
      }
      #expect(plain.lines.count { $0.contains("/kept") } == 1)
      try gateway.stopInOrder()
    }

    private static func things(_ number: Int) -> String {
      """
      backends:
        b1: { url: "${env.B1}", timeout: \(30 + number % 2)s }
      routes:
        GET /things/:id: { timeout: 60s, calls: { v: "GET b1 /things/${path.id}" }, response: "${v}" }
        GET /generation: { response: \(number) }
      """
    }

    /// The backend is another one each time, and so are its connections.
    @Test func fiftyReloadsUnderLoadFailNobody() throws {
      let backend = try ScriptedBackend { .json("\"\($0.target)\"") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.things(0), backends: [backend.url], gateway: "threads: 2\n")
      let load = AnswerLoad(port: gateway.port, clients: 64, ids: 500) { "\"/things/\($0)\"" }
      #expect(load.waitForMore(64))
      for number in 1...50 {
        try gateway.write(Self.things(number))
        #expect(try gateway.reload().text == "~ GET /generation: response\n~ backend b1: timeout\n")
        #expect(try gateway.exchange("GET /generation").text == "\(number)")
        #expect(load.waitForMore(64))
      }
      #expect(load.stop() == [])
      try gateway.stopInOrder()
    }

    /// Asked for by many at once, each has its own answer.
    @Test func reloadsComeOneAfterTheOther() throws {
      let gateway = try GatewayProcess(ReloadTests.here("one"))
      try gateway.write(ReloadTests.here("two"))
      let clients = try (0..<16).map { _ in try RawClient(port: gateway.adminPort) }
      for client in clients { try client.send("POST /reload", headers: RawClient.admin) }
      let answers = try clients.map { try $0.receive()?.text }
      #expect(answers.count { $0 == "~ GET /here: response\n" } == 1)
      #expect(answers.count { $0 == "nothing changed\n" } == 15)
      try gateway.stopInOrder()
    }

    /// 200 reloads; `WEFT_RELOADS` sets another number.
    @Test func manyReloadsLeaveNothingBehind() throws {
      let total = ProcessInfo.processInfo.environment["WEFT_RELOADS"].flatMap(Int.init) ?? 200
      let backend = try ScriptedBackend { .json("\"\($0.target)\"") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.things(0), backends: [backend.url], gateway: "threads: 2\n")
      let admin = try RawClient(port: gateway.adminPort)
      func reload(_ numbers: ClosedRange<Int>) throws {
        let client = try RawClient(port: gateway.port)
        for number in numbers {
          try gateway.write(Self.things(number))
          try admin.send("POST /reload", headers: RawClient.admin)
          #expect(try admin.receive()?.status == 200)
          try client.send("GET /things/\(number)")
          #expect(try client.receive()?.text == "\"/things/\(number)\"")
        }
      }
      try reload(1...20)
      backend.waitForClosings(but: 1)
      let (threads, descriptors) = (try gateway.count(in: "task"), try gateway.descriptorsWithoutClients())
      let bytes = try gateway.residentBytes()
      try reload(21...total)
      backend.waitForClosings(but: 1)
      let growth = try gateway.residentBytes() - bytes
      // Threads of tasks come and go, and so does a kept connection of each loop.
      #expect(try gateway.count(in: "task") <= threads + 8)
      // What was shut down libcurl closes when it next looks for a connection.
      #expect(
        eventually {
          _ = try? gateway.exchange("GET /things/1")
          return (try? gateway.descriptorsWithoutClients()).map { $0 <= descriptors + 8 } ?? false
        })
      #expect(growth < EnduranceTests.allowedGrowth, "memory grew by \(growth >> 10) KiB over \(total - 20) reloads")
      try gateway.stopInOrder()
    }
  }
}
