import TestSockets
import Testing

extension Behaviour {
  /// What is said, counted and sent of writes once they have ended.
  @Suite struct WriteEndTests {
    private static func run(
      _ definition: String, _ script: @escaping @Sendable (RecordedRequest) -> ScriptedAnswer,
      _ body: (GatewayProcess, ScriptedBackend) throws -> Void
    ) throws {
      let backend = try ScriptedBackend(script)
      defer { backend.stop() }
      let gateway = try GatewayProcess(definition, backends: [backend.url])
      try body(gateway, backend)
      try gateway.stopInOrder()
    }

    @Test func doubtIsLoggedAndCounted() throws {
      try Self.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes: { POST /pay: { calls: { pay: POST b1 /pay } } }
        """, { _ in .json("{}", status: 500) }
      ) { gateway, _ in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 200)
        #expect(gateway.logs(#/ warning write in doubt .*call=pay/#))
        #expect(
          gateway.waitForHealth { $0["writes"]?["inDoubt"]?.number == 1 && $0["writes"]?["running"]?.number == 0 })
      }
    }

    /// A status that says that there is nothing is no doubt where it is one of success.
    @Test func whatIsAbsentByASuccessIsDone() throws {
      try Self.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /pay:
            calls:
              pay: { request: POST b1 /pay, absent: [204], required: true, compensate: DELETE b1 /pay, compensateOn: [failure] }
              order: { request: POST b1 /order, required: true, after: [pay] }
        """, { $0.target == "/order" ? .json("{}", status: 409) : ScriptedAnswer(status: 204) }
      ) { gateway, backend in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 409 && answer["weft-outcome"]?.contains("pay;outcome=absent;compensated=done") == true)
        #expect(backend.lines == ["POST /pay", "POST /order", "DELETE /pay"])
        #expect(
          gateway.waitForHealth { $0["writes"]?["compensated"]?.number == 1 && $0["writes"]?["inDoubt"]?.number == 0 })
      }
    }

    /// A backend that may be asked twice has its `retry` for writes, and none for what undoes them.
    @Test func anUndoingIsRepeatedByItsOwnRuleAlone() throws {
      try Self.run(
        """
        backends: { b1: { url: "${env.B1}", idempotent: true, retry: { attempts: 3, on: [503], budget: 100% } } }
        routes:
          POST /pay:
            calls:
              pay: { request: POST b1 /pay, required: true, compensate: { request: DELETE b1 /pay, retry: { backoff: 1ms } } }
              order: { request: POST b1 /order, required: true, after: [pay] }
        """,
        { $0.target == "/order" ? .json("{}", status: 409) : .json("{}", status: $0.line == "DELETE /pay" ? 503 : 200) }
      ) { gateway, backend in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 409)
        #expect(backend.lines.filter { $0 == "DELETE /pay" }.count == 3)
      }
    }

    /// What comes for those whose clients have left counts, too.
    @Test func whatComesBehindTheClientIsBounded() throws {
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { request in
        switch request.target {
        case "/large": .json("\"\(String(repeating: "x", count: 2_000_000))\"")
        case "/last": .json("{}").waiting(at: barrier)
        default: .json("{}")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /first: { calls: { first: POST b1 /first } }
          POST /all:
            timeout: 60s
            calls:
              hold: POST b1 /hold
              large: { request: POST b1 /large, after: [hold] }
              last: { request: POST b1 /last, after: [large] }
        """, backends: [backend.url], gateway: "writes: { detachedBytes: 1MiB }\n")
      try gateway.leave("POST /all", after: 3, of: backend)
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 1 })
      #expect(try gateway.exchange("POST /first").status == 503)
      #expect(barrier.arrive())
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 0 })
      #expect(try gateway.exchange("POST /first").status == 200)
      try gateway.stopInOrder()
    }

    /// So does the client's own body, which may be needed to undo what was done.
    @Test func theBodyOfWhoLeavesIsBounded() throws {
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { $0.target == "/last" ? .json("{}").waiting(at: barrier) : .json("{}") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /first: { calls: { first: POST b1 /first } }
          POST /all:
            timeout: 200ms
            calls:
              last: { request: POST b1 /last, required: true, compensate: { request: DELETE b1 /last, body: "${body}" } }
        """, backends: [backend.url],
        gateway: "writes: { detachedBytes: 1MiB }\nlimits: { bodyBytes: 4MiB }\n")
      let body = "\"" + String(repeating: "x", count: 2_000_000) + "\""
      #expect(try gateway.exchange("POST /all", headers: ["Content-Type: application/json"], body: body).status == 504)
      #expect(try gateway.exchange("POST /first").status == 503)
      #expect(barrier.arrive())
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 0 })
      #expect(try gateway.exchange("POST /first").status == 200)
      try gateway.stopInOrder()
    }

    // MARK: Keys

    private static let keys = """
      backends:
        b1: { url: "${env.B1}", forward: [idempotency-key] }
      routes:
        POST /a:
          calls:
            read: GET b1 /read
            search: { request: POST b1 /search, safe: true }
            many: { each: "${body}", request: "POST b1 /items/${item}", concurrency: 1 }
      """

    /// As a client sends it, it goes to nobody; equal items have keys of their own.
    @Test(arguments: ["k", "\u{e9}"]) func aKeyNamesOneThing(_ key: String) throws {
      try Self.run(Self.keys, { _ in .json("{}") }) { gateway, backend in
        let client = try RawClient(port: gateway.port)
        // One byte for each character: the second is no UTF-8.
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nIdempotency-Key: \(key)\r\n"
        try client.sendRaw((head + "Content-Length: 15\r\n\r\n").unicodeScalars.map { UInt8($0.value) })
        try client.sendRaw(#"["x", "x", "y"]"#)
        #expect(try client.receive()?.status == 200)
        let keys = Dictionary(grouping: backend.requests, by: \.target).mapValues { $0.map { $0["idempotency-key"] } }
        #expect(keys["/read"] == [nil] && keys["/search"] == [nil])
        let written = (keys["/items/x"] ?? []) + (keys["/items/y"] ?? [])
        #expect(written.count == 3 && Set(written).count == 3 && written.allSatisfy { $0?.count == 32 })
      }
    }
  }
}
