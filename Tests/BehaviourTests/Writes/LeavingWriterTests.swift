import TestSockets
import Testing

extension Behaviour {
  /// Clients that leave a composite that writes, and answers that come before its writes have ended.
  @Suite struct LeavingWriterTests {
    private static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      defaults: { timeout: 60s }
      routes:
        POST /cancel:
          onDisconnect: cancel
          calls:
            stock: { request: PUT b1 /stock, compensate: DELETE b1 /stock }
            payment: { request: POST b1 /payment, after: [stock], compensate: POST b1 /refund }
        POST /finish:
          calls:
            stock: { request: PUT b1 /stock, required: true }
            payment: { request: POST b1 /payment, required: true, after: [stock] }
        POST /soft:
          softTimeout: 100ms
          calls:
            me: { request: GET b1 /me, required: true }
            stock: { request: PUT b1 /stock }
            payment: { request: POST b1 /payment, after: [stock] }
      """

    /// Stock is reserved once `barrier` lets it.
    private static func backend(_ barrier: Barrier) throws -> ScriptedBackend {
      try ScriptedBackend { $0.line == "PUT /stock" ? .json("{}").waiting(at: barrier) : .json("{}") }
    }

    /// What was sent ends, nothing more is begun, and what was done is undone.
    @Test func itMayBeCancelled() throws {
      let barrier = Barrier(2)
      let backend = try Self.backend(barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "log: { access: true }\n")
      try gateway.leave("POST /cancel", after: 1, of: backend)
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 1 })
      #expect(barrier.arrive())
      #expect(
        gateway.logs(
          #/outcome="stock;outcome=ok;compensated=done;dur=\d+, payment;outcome=cancelled" end=client-left bytes=0/#))
      #expect(backend.lines == ["PUT /stock", "DELETE /stock"] && backend.abandonmentCount == 0)
      try gateway.stopInOrder()
    }

    /// A stream that is reset is a client that leaves.
    @Test func aStreamThatIsResetEndsNothing() throws {
      let barrier = Barrier(2)
      let backend = try Self.backend(barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url],
        gateway: "log: { access: true }\nlisten: { address: \"127.0.0.1:0\", http2: cleartext }\n")
      let client = try HTTP2Client(port: gateway.port)
      try client.request(1, "POST", "/finish")
      backend.waitForRequests(1)
      try client.reset(1)
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 1 })
      #expect(barrier.arrive())
      #expect(
        gateway.logs(
          #/method=POST outcome="stock;outcome=ok;dur=\d+, payment;outcome=ok;dur=\d+" end=client-left bytes=0/#))
      #expect(backend.lines == ["PUT /stock", "POST /payment"] && backend.abandonmentCount == 0)
      try gateway.stopInOrder()
    }

    @Test func theSoftTimeoutAnswersWhileWritesGoOn() throws {
      let barrier = Barrier(2)
      let backend = try Self.backend(barrier)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let answer = try gateway.exchange("POST /soft")
      #expect(answer.status == 200)
      #expect(answer["weft-outcome"]?.contains("stock;outcome=timeout") == true)
      #expect(answer["weft-outcome"]?.contains("payment;outcome=timeout") == true)
      #expect(barrier.arrive())
      #expect(gateway.logs(#/ info writes ended behind the answer .*outcome=ok/#))
      #expect(backend.lines == ["GET /me", "PUT /stock", "POST /payment"])
      try gateway.stopInOrder()
    }
  }
}
