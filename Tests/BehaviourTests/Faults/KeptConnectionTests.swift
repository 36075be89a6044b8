import Glibc
import Testing

extension Behaviour {
  /// Connections that are kept for the next request, and are not there any more when it comes, or not clean.
  @Suite struct KeptConnectionTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        ANY /warm: { proxy: b1 /warm }
        ANY /proxy: { proxy: b1 /x }
        GET /call: { calls: { v: { request: GET b1 /x, required: true } } }
        POST /call: { calls: { v: { request: POST b1 /x, required: true } } }
        PUT /call: { calls: { v: { request: PUT b1 /x, body: { a: 1 }, required: true } } }
        PATCH /call: { calls: { v: { request: PATCH b1 /x, body: { a: 1 }, required: true } } }
        DELETE /call: { calls: { v: { request: DELETE b1 /x, required: true } } }
      """
    static let lines =
      KeptConnectionRow.all.map(\.line) + [
        FaultLine(
          fault: "several kept connections die at once", call: "repeated once", proxy: "repeated once",
          test: "oneRepetitionEvenWhereManyConnectionsDied"),
        FaultLine(
          fault: "a new connection dies too", call: "sent twice, `connect`, 502", proxy: "sent twice, 502",
          test: "aSecondDeathIsTheLast"),
        FaultLine(
          fault: "kept connection closed before the request", call: "`ok`, any method", proxy: "passed on, any method",
          test: "aConnectionThatWasClosedIsNotUsed"),
        FaultLine(
          fault: "an answer that nobody asked for", call: "`ok`: the right one", proxy: "passed on: the right one",
          test: "anAnswerBeforeItsRequestIsNotTaken"),
      ] + ExcessRow.lines

    @Test(arguments: KeptConnectionRow.all, ["/call", "/proxy"])
    func aDyingConnectionIsMet(_ row: KeptConnectionRow, _ path: String) throws {
      let warm = ConnectionSet()
      let (backend, gateway) = try Self.start { warm.answer($0, end: row.end) }
      defer { backend.stop() }
      #expect(try gateway.exchange("GET /warm").status == 200)
      let headers = row.isChunked ? ["Transfer-Encoding: chunked"] : []
      let response = try gateway.exchange("\(row.method) \(path)", headers: headers, body: row.body)
      #expect(response.status == (row.isRepeated ? 200 : 502), "\(response)")
      if path == "/call", !row.isRepeated { #expect(response["Weft-Outcome"]?.hasPrefix("v;outcome=connect;") == true) }
      #expect(Self.count(backend) == (row.isRepeated ? 2 : 1), "\(backend.lines)")
      #expect(try gateway.exchange("\(row.method) \(path)", headers: headers, body: row.body).status == 200)
      try gateway.stopInOrder()
    }

    @Test(arguments: ["/call", "/proxy"])
    func oneRepetitionEvenWhereManyConnectionsDied(_ path: String) throws {
      let warm = ConnectionSet()
      let all = Barrier(4)
      let (backend, gateway) = try Self.start {
        $0.target == "/warm" ? warm.answer($0, end: .close).waiting(at: all) : warm.answer($0, end: .close)
      }
      defer { backend.stop() }
      #expect(try gateway.exchangeAtOnce(4) { _ in "GET /warm" }.allSatisfy { $0.status == 200 })
      #expect(backend.connectionCount == 4)
      #expect(try gateway.exchange("GET \(path)").status == 200)
      #expect(Self.count(backend) == 2)
      try gateway.stopInOrder()
    }

    @Test(arguments: ["/call", "/proxy"])
    func aSecondDeathIsTheLast(_ path: String) throws {
      let (backend, gateway) = try Self.start { $0.target == "/warm" ? .json("1") : .fault(.close) }
      defer { backend.stop() }
      #expect(try gateway.exchange("GET /warm").status == 200)
      #expect(try gateway.exchange("GET \(path)").status == 502)
      #expect(Self.count(backend) == 2)
      try gateway.stopInOrder()
    }

    @Test(arguments: ["GET", "POST"], ["/call", "/proxy"])
    func aConnectionThatWasClosedIsNotUsed(_ method: String, _ path: String) throws {
      let (backend, gateway) = try Self.start { request in
        var answer = ScriptedAnswer.json("1")
        if request.target == "/warm" { answer.then = .close }
        return answer
      }
      defer { backend.stop() }
      #expect(try gateway.exchange("GET /warm").status == 200)
      backend.waitForClosings()
      #expect(try gateway.exchange("\(method) \(path)").status == 200)
      #expect(Self.count(backend) == 1)
      try gateway.stopInOrder()
    }

    @Test(arguments: ["GET", "POST"], ["/call", "/proxy"])
    func anAnswerBeforeItsRequestIsNotTaken(_ method: String, _ path: String) throws {
      let (hasAnswer, isSent) = (Barrier(2), Barrier(2))
      let (backend, gateway) = try Self.start { request in
        guard request.target == "/warm" else { return .json(FaultyBackend.well) }
        return .custom { stream in
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
          guard hasAnswer.arrive() else { return }
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n\"evil\"")
          guard isSent.arrive() else { return }
          while !stream.peerIsGone(waiting: 100) {}
        }
      }
      defer { backend.stop() }
      #expect(try gateway.exchange("GET /warm").text == "1")
      #expect(hasAnswer.arrive() && isSent.arrive())
      #expect(try gateway.exchange("\(method) \(path)").text.contains(FaultyBackend.well))
      #expect(Self.count(backend) == 1)
      try gateway.stopInOrder()
    }

    /// While what comes behind the answer is on its way, and after it.
    @Test(arguments: ExcessRow.all, ["/call", "/proxy"])
    func whatComesBehindAnAnswerIsNoAnswer(_ row: ExcessRow, _ path: String) throws {
      let isSent = Barrier(2)
      let seen = Numbers()
      let (backend, gateway) = try Self.start { request in
        guard request.target == "/warm", seen.insert(0) else { return .json(FaultyBackend.well) }
        return .custom { stream in
          try stream.write(row.answer)
          if row.delay > 0 { usleep(row.delay * 1000) }
          try? stream.write(row.excess)
          _ = isSent.arrive()
          while !stream.peerIsGone(waiting: 100) {}
        }
      }
      defer { backend.stop() }
      #expect(try gateway.exchange("\(row.method) /warm").status < 400)
      for _ in 0..<2 {
        for _ in 0..<5 { #expect(try gateway.exchange("GET \(path)").text.contains(FaultyBackend.well)) }
        _ = isSent.arrive()
      }
      try gateway.stopInOrder()
    }

    private static func start(
      _ script: @escaping ScriptedBackend.Script
    ) throws -> (ScriptedBackend, GatewayProcess) {
      let backend = try ScriptedBackend(script)
      return (backend, try GatewayProcess(definition, backends: [backend.url], gateway: "threads: 1\n"))
    }

    private static func count(_ backend: ScriptedBackend) -> Int {
      backend.requests.count { $0.target == "/x" }
    }
  }
}
