import TestSockets
import Testing

extension Behaviour {
  /// Nothing of a write is sent again once its composite has failed, though the backend's `retry` would repeat it.
  @Suite struct RepeatedWriteTests {
    private static let definition = """
      backends:
        b1: { url: "${env.B1}", idempotent: true, retry: { attempts: 5, on: [503], backoff: 1ms, budget: 100% } }
      defaults: { timeout: 60s }
      routes:
        POST /short:
          timeout: 300ms
          calls: { pay: { request: POST b1 /pay, timeout: 1h, required: true, compensate: POST b1 /refund } }
        POST /cancel:
          onDisconnect: cancel
          calls: { pay: { request: POST b1 /pay, timeout: 1h, required: true, compensate: POST b1 /refund } }
        POST /items:
          calls:
            pay:
              each: [a, b]
              concurrency: 2
              request: "POST b1 /items/${item}"
              timeout: 1h
              required: true
              compensate: "DELETE b1 /items/${item}"
      """

    /// A no behind which nobody asks again for half an hour.
    private static var no: ScriptedAnswer {
      var answer = ScriptedAnswer.json("{}", status: 503)
      answer.headers = ["Retry-After: 1800"]
      return answer
    }

    private static func run(
      drain: String? = nil, _ script: @escaping @Sendable (RecordedRequest) -> ScriptedAnswer,
      _ body: (GatewayProcess, ScriptedBackend) throws -> Void
    ) throws {
      let backend = try ScriptedBackend(script)
      defer { backend.stop() }
      let settings = "log: { access: true }\n" + (drain.map { "shutdown: { drain: \($0) }\n" } ?? "")
      let gateway = try GatewayProcess(definition, backends: [backend.url], gateway: settings)
      try body(gateway, backend)
    }

    @Test func thePauseEndsWithThe504() throws {
      try Self.run({ _ in Self.no }) { gateway, backend in
        #expect(try gateway.exchange("POST /short").status == 504)
        #expect(gateway.logs(#/ info writes ended behind the answer outcome="?pay;outcome=status;status=503/#))
        try gateway.stopInOrder()
        #expect(backend.lines == ["POST /pay"])
      }
    }

    @Test func whatComesBehindThe504IsNotRepeated() throws {
      let barrier = Barrier(2)
      try Self.run({ _ in .json("{}", status: 503).waiting(at: barrier) }) { gateway, backend in
        let answer = try gateway.exchange("POST /short")
        #expect(answer.status == 504 && answer["weft-outcome"]?.contains("compensated=pending") == true)
        #expect(barrier.arrive())
        #expect(gateway.logs(#/ info writes ended behind the answer outcome="?pay;outcome=status;status=503;dur/#))
        try gateway.stopInOrder()
        #expect(backend.lines == ["POST /pay"])
      }
    }

    @Test func thePauseEndsWithTheClient() throws {
      try Self.run({ _ in Self.no }) { gateway, backend in
        try gateway.leave("POST /cancel", after: 1, of: backend)
        #expect(gateway.logs(#/outcome="pay;outcome=status;status=503;dur=\d+" end=client-left/#))
        try gateway.stopInOrder()
        #expect(backend.lines == ["POST /pay"])
      }
    }

    @Test func whatComesBehindTheClientIsNotRepeated() throws {
      let barrier = Barrier(2)
      try Self.run({ _ in .json("{}", status: 503).waiting(at: barrier) }) { gateway, backend in
        try gateway.leave("POST /cancel", after: 1, of: backend)
        #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 1 })
        #expect(barrier.arrive())
        #expect(gateway.logs(#/outcome="pay;outcome=status;status=503;dur=\d+" end=client-left/#))
        try gateway.stopInOrder()
        #expect(backend.lines == ["POST /pay"])
      }
    }

    @Test func thePauseEndsWithAnItemThatFails() throws {
      let barrier = Barrier(2)
      try Self.run(
        { ($0.target == "/items/a" ? Self.no : .json("{}", status: 409)).waiting(at: barrier) }
      ) { gateway, backend in
        #expect(try gateway.exchange("POST /items").status == 502)
        try gateway.stopInOrder()
        #expect(backend.lines.sorted() == ["POST /items/a", "POST /items/b"])
      }
    }

    /// It was refused, so nothing is in doubt.
    @Test func thePauseEndsWithTheProcess() throws {
      try Self.run(drain: "1s", { _ in Self.no }) { gateway, backend in
        let client = try RawClient(port: gateway.port)
        try client.send("POST /cancel")
        backend.waitForRequests(1)
        #expect(try gateway.stop() == 1)
        client.stream.close()
        #expect(backend.lines == ["POST /pay"])
        let log = gateway.child.errors.text
        #expect(!log.contains("write in doubt") && !log.contains("compensation failed"), "\(log)")
      }
    }
  }
}
