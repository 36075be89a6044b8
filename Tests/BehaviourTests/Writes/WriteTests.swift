import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Composites that write: what was sent is finished, whoever waits for it, and undone where the composite fails.
  @Suite struct WriteTests {
    private static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        POST /checkout:
          timeout: 60s
          calls:
            me: { request: GET b1 /me, required: true }
            stock: { request: PUT b1 /stock/7, required: true, compensate: "DELETE b1 /stock/7?token=hidden" }
            payment: { request: POST b1 /payment, required: true, after: [stock], compensate: POST b1 /refund }
        POST /short:
          timeout: 300ms
          calls:
            pay: { request: POST b1 /payment, required: true, compensate: POST b1 /refund }
        POST /search: { calls: { found: { request: POST b1 /search, safe: true, required: true } } }
        POST /none: { calls: { pay: { request: POST b1 /payment } } }
      """
    private static let log = "log: { access: true }\n"

    /// Stock is reserved once `barrier` lets it; then the payment is declined.
    private static func declining(after barrier: Barrier) throws -> ScriptedBackend {
      try ScriptedBackend { request in
        switch request.target {
        case "/stock/7": .json("{}").waiting(at: barrier)
        case "/payment": .json("{}", status: 402)
        default: .json("{}")
        }
      }
    }

    /// The payment is made once `barrier` lets it.
    private static func paying(after barrier: Barrier) throws -> ScriptedBackend {
      try ScriptedBackend { $0.target == "/payment" ? .json("{}").waiting(at: barrier) : .json("{}") }
    }

    private static func requests(_ backend: ScriptedBackend, _ count: Int) -> [String] {
      backend.waitForRequests(count)
      return backend.lines
    }

    @Test func aClientThatIsRefusedPaysNothing() throws {
      let backend = try ScriptedBackend { $0.target == "/me" ? .json("{}", status: 401) : .json("{}") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      #expect(try gateway.exchange("POST /checkout").status == 401)
      #expect(backend.lines == ["GET /me"])
      try gateway.stopInOrder()
    }

    @Test func whatWasDoneIsUndone() throws {
      let backend = try ScriptedBackend { $0.target == "/payment" ? .json("{}", status: 402) : .json("{}") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let answer = try gateway.exchange("POST /checkout")
      #expect(answer.status == 502 && answer["weft-outcome"]?.contains("stock;outcome=ok;compensated=done") == true)
      #expect(try answer.json()["compensated"]?["stock"]?.string == "done")
      #expect(backend.lines == ["GET /me", "PUT /stock/7", "POST /payment", "DELETE /stock/7?token=hidden"])
      try gateway.stopInOrder()
    }

    /// The write goes on, the rest follows, and the log line tells of all of it.
    @Test func aClientThatLeavesAfterAWriteEndsNothing() throws {
      let barrier = Barrier(2)
      let backend = try Self.declining(after: barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.log)
      try gateway.leave("POST /checkout", after: 2, of: backend)
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 1 })
      #expect(barrier.arrive())
      #expect(
        Self.requests(backend, 4)
          == ["GET /me", "PUT /stock/7", "POST /payment", "DELETE /stock/7?token=hidden"])
      #expect(
        gateway.logs(
          #/route="POST \/checkout" method=POST outcome="me;outcome=ok;dur=\d+, stock;outcome=ok;compensated=done;dur=\d+, payment;outcome=status;status=402;dur=\d+" end=client-left bytes=0 .* path=\/checkout/#
        ))
      #expect(backend.abandonmentCount == 0)
      try gateway.stopInOrder()
    }

    @Test func aClientThatLeavesBeforeOneEndsAll() throws {
      let backend = try ScriptedBackend { _ in .fault(.hang) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.log)
      try gateway.leave("POST /checkout", after: 1, of: backend)
      #expect(backend.waitForAbandonments(1))
      #expect(gateway.logs(#/outcome="me;outcome=cancelled;.*" end=client-left bytes=0 .* path=\/checkout/#))
      #expect(backend.lines == ["GET /me"])
      try gateway.stopInOrder()
    }

    @Test func theTimeoutAnswersAndTheWriteIsUndoneBehindIt() throws {
      let barrier = Barrier(2)
      let backend = try Self.paying(after: barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.log)
      let answer = try gateway.exchange("POST /short")
      #expect(answer.status == 504)
      #expect(answer["weft-outcome"]?.contains("pay;outcome=timeout;compensated=pending") == true)
      #expect(backend.lines == ["POST /payment"])
      #expect(barrier.arrive())
      #expect(Self.requests(backend, 2) == ["POST /payment", "POST /refund"])
      #expect(gateway.logs(#/ info writes ended behind the answer .*pay;outcome=ok;compensated=done/#))
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 0 })
      try gateway.stopInOrder()
    }

    /// A connection that ends after the request was sent leaves doubt; one that was refused does not.
    @Test(arguments: [true, false]) func aBrokenConnectionLeavesDoubtWhereARequestWasSent(_ wasSent: Bool) throws {
      let backend = try ScriptedBackend { $0.target == "/payment" ? .fault(.reset) : .json("{}") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" }, b2: { url: "${env.B2}" } }
        routes:
          POST /pay:
            calls: { pay: { request: POST \(wasSent ? "b1" : "b2") /payment, required: true, compensate: POST b1 /refund } }
        """, backends: [backend.url, "http://127.0.0.1:1"])
      let answer = try gateway.exchange("POST /pay")
      #expect(answer.status == 502)
      #expect(backend.lines == (wasSent ? ["POST /payment", "POST /refund"] : []))
      #expect(answer["weft-outcome"]?.contains("compensated=done") == wasSent)
      try gateway.stopInOrder()
    }

    @Test func aCompensationThatFailsIsToldWithoutSecrets() throws {
      let backend = try ScriptedBackend { request in
        request.target == "/payment" || request.line.hasPrefix("DELETE") ? .json("{}", status: 400) : .json("{}")
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let answer = try gateway.exchange("POST /checkout")
      #expect(try answer.json()["compensated"]?["stock"]?.string == "failed")
      #expect(backend.lines.filter { $0.hasPrefix("DELETE") }.count == 3)
      #expect(
        gateway.logs(
          #/ error compensation failed .*backend=b1 call=stock detail="?status 400"? method=DELETE request=\w+ .*target=\/stock\/7(?!\?)/#
        ), "\(gateway.child.errors.text)")
      #expect(gateway.waitForHealth { $0["writes"]?["failedCompensations"]?.number == 1 })
      try gateway.stopInOrder()
      #expect(!gateway.child.errors.text.contains("hidden"))
    }

    // MARK: The end of the process, and a reload

    @Test func aDrainWaitsForWritesThatNobodyWaitsFor() throws {
      let barrier = Barrier(2)
      let backend = try Self.declining(after: barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      try gateway.leave("POST /checkout", after: 2, of: backend)
      gateway.child.terminate()
      gateway.waitUntilRefused()
      #expect(!gateway.child.hasEnded)
      #expect(barrier.arrive())
      #expect(gateway.child.waitForExit() == 0, "\(gateway.child.errors.text)")
      #expect(backend.lines.last == "DELETE /stock/7?token=hidden")
    }

    @Test(arguments: [true, false]) func whatTheDrainCutsOffIsInDoubt(_ leaves: Bool) throws {
      let backend = try ScriptedBackend { $0.target == "/stock/7" ? .fault(.hang) : .json("{}") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: Self.log + "shutdown: { drain: 200ms }\n")
      let client = try RawClient(port: gateway.port)
      try client.send("POST /checkout")
      backend.waitForRequests(2)
      if leaves { client.stream.close() }
      #expect(try gateway.stop() == 1)
      let log = gateway.child.errors.text
      // A client that still waits has not left.
      #expect(log.contains(#/method=POST .*end=cut-off/#) == !leaves, "\(log)")
      #expect(log.contains(#/ error write in doubt .*call=stock/#), "\(log)")
      #expect(log.contains(#/ error compensation failed .*call=stock/#), "\(log)")
      #expect(backend.lines == ["GET /me", "PUT /stock/7"])
    }

    @Test func aWriteEndsOnTheDefinitionsThatItBeganWith() throws {
      let barrier = Barrier(2)
      let backend = try Self.declining(after: barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      try gateway.leave("POST /checkout", after: 2, of: backend)
      try gateway.write("routes: { GET /static: { response: 1 } }")
      #expect(try gateway.reload().status == 200)
      #expect(try gateway.exchange("POST /checkout").status == 404)
      #expect(barrier.arrive())
      #expect(Self.requests(backend, 4).last == "DELETE /stock/7?token=hidden")
      try gateway.stopInOrder()
    }

    // MARK: Bounds

    @Test func aboveTheBoundNoFurtherWriteIsBegun() throws {
      let barrier = Barrier(2)
      let backend = try Self.paying(after: barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: Self.log + "writes: { detached: 1 }\n")
      #expect(try gateway.exchange("POST /short").status == 504)
      let refused = try gateway.exchange("POST /checkout")
      #expect(refused.status == 503 && refused["retry-after"] == "1")
      // What only reads is no write.
      #expect(try gateway.exchange("POST /search").status == 200)
      #expect(gateway.logs(#/route="POST \/checkout" method=POST status=503 refused=writes why=/#))
      #expect(barrier.arrive())
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 0 })
      #expect(try gateway.exchange("POST /checkout").status == 200)
      try gateway.stopInOrder()
    }

    @Test func whatTheyHoldIsBounded() throws {
      let barrier = Barrier(2)
      let backend = try Self.paying(after: barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /pay:
            timeout: 200ms
            calls: { pay: { request: POST b1 /payment, body: "${body}" } }
        """, backends: [backend.url], gateway: "writes: { detachedBytes: 1MiB }\nlimits: { bodyBytes: 4MiB }\n")
      let body = "\"" + String(repeating: "x", count: 2_000_000) + "\""
      let headers = ["Content-Type: application/json"]
      #expect(try gateway.exchange("POST /pay", headers: headers, body: body).status == 200)
      #expect(try gateway.exchange("POST /pay", headers: headers, body: "1").status == 503)
      #expect(barrier.arrive())
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 0 })
      #expect(try gateway.exchange("POST /pay", headers: headers, body: "1").status == 200)
      try gateway.stopInOrder()
    }

    // MARK: Keys

    @Test func keysAreOfTheClientTheRouteAndTheCall() throws {
      let backend = try ScriptedBackend(json: "{}")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          b1: { url: "${env.B1}" }
          b2: { url: "${env.B1}", idempotencyKey: generate }
        routes:
          POST /a: { calls: { one: POST b1 /one, two: { request: POST b1 /two, after: [one] } } }
          POST /b: { calls: { one: POST b1 /one } }
          POST /c: { calls: { one: POST b2 /one, two: { request: POST b2 /two, after: [one] } } }
          POST /proxy: { proxy: b1 /one }
        """, backends: [backend.url])
      func keys(_ path: String, _ headers: String...) throws -> [String?] {
        backend.restart { _ in .json("{}") }
        #expect(try gateway.exchange("POST \(path)", headers: headers).status == 200)
        return backend.requests.map { $0["idempotency-key"] }
      }
      let first = try keys("/a", "Idempotency-Key: k")
      #expect(Set(first).count == 2 && first.allSatisfy { $0?.count == 32 })
      #expect(try keys("/a", "Idempotency-Key: k") == first)
      #expect(Set(try keys("/a", "Idempotency-Key: l")).isDisjoint(with: first))
      #expect(Set(try keys("/a", "Idempotency-Key: k", "Authorization: Bearer x")).isDisjoint(with: first))
      #expect(try keys("/b", "Idempotency-Key: k") != [first[0]])
      #expect(try keys("/b") == [nil])
      #expect(try keys("/proxy", "Idempotency-Key: k") == ["k"])
      let made = try keys("/c")
      #expect(Set(made).count == 2 && made.allSatisfy { $0?.count == 32 })
      #expect(Set(try keys("/c")).isDisjoint(with: made))
      #expect(try keys("/c", "Idempotency-Key: k") == keys("/c", "Idempotency-Key: k"))
      try gateway.stopInOrder()
    }
  }
}
