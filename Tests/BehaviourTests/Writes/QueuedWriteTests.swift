import TestSockets
import Testing

extension Behaviour {
  /// Writes that wait for their turn at a backend were not sent: what would not begin them takes them back.
  @Suite struct QueuedWriteTests {
    private static let definition = """
      backends:
        a: { url: "${env.B1}" }
        s: { url: "${env.B1}", maxConcurrent: 1 }
      defaults: { timeout: 60s }
      routes:
        POST /hold: { calls: { hold: POST s /hold } }
        POST /short:
          timeout: 200ms
          calls: { p: { request: POST s /p, required: true, compensate: DELETE a /p } }
        POST /finish:
          calls: { p: { request: POST s /p, required: true }, o: { request: POST a /o, required: true, after: [p] } }
        POST /cancel:
          onDisconnect: cancel
          calls: { p: { request: POST s /p, required: true, compensate: DELETE a /p } }
        POST /items:
          calls:
            p: { each: "${body}", request: "POST s /items/${item}", required: true, compensate: "DELETE a /items/${item}" }
      """

    /// `body` while a request holds the backend's only place; then what came at the backend.
    private static func whileHeld(_ body: (GatewayProcess) throws -> Void) throws -> [String] {
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { $0.target == "/hold" ? .json("{}").waiting(at: barrier) : .json("{}") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: "log: { access: true }\n")
      let holder = try RawClient(port: gateway.port)
      try holder.send("POST /hold")
      backend.waitForRequests(1)
      try body(gateway)
      #expect(barrier.arrive())
      #expect(try holder.receive()?.status == 200)
      // Whoever waited before would have had its turn by then.
      #expect(try gateway.exchange("POST /finish").status == 200)
      try gateway.stopInOrder()
      return backend.lines.filter { $0 != "POST /hold" }
    }

    private static let afterwards = ["POST /p", "POST /o"]

    @Test func behindA504NoneIsSent() throws {
      let lines = try Self.whileHeld { gateway in
        let answer = try gateway.exchange("POST /short")
        #expect(answer.status == 504 && answer["weft-outcome"]?.contains("compensated") == false)
      }
      #expect(lines == Self.afterwards)
    }

    @Test(arguments: ["/finish", "/cancel"]) func whoLeavesBeforeOneIsSentHasNoneSent(_ path: String) throws {
      let lines = try Self.whileHeld { gateway in
        let client = try RawClient(port: gateway.port)
        try client.send("POST \(path)")
        #expect(gateway.waitForHealth { $0["writes"]?["running"]?.number == 2 })
        client.stream.close()
        #expect(gateway.logs(#/route="POST \S+" method=POST outcome="p;outcome=cancelled.*" end=client-left/#))
      }
      #expect(lines == Self.afterwards)
    }

    /// The items that wait for their turn are left out, as are those that wait for the ones before.
    @Test func itemsAreNotSentBehindOneThatFails() throws {
      let backend = try ScriptedBackend { $0.target == "/items/b" ? .json("{}", status: 409) : .json("{}") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let answer = try gateway.exchange(
        "POST /items", headers: ["Content-Type: application/json"], body: #"["a", "b", "c", "d"]"#)
      #expect(answer.status == 409)
      #expect(backend.lines == ["POST /items/a", "POST /items/b", "DELETE /items/a"])
      try gateway.stopInOrder()
    }
  }
}
