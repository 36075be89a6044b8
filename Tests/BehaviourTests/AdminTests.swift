import Foundation
import Testing

extension Behaviour {
  /// `/livez`, `/readyz` and `/health` on the admin address, and nowhere else.
  @Suite struct AdminTests {
    @Test func adminAnswersOnItsOwnPort() throws {
      let gateway = try GatewayProcess(
        "routes:\n  GET /static: { response: here }\n", backends: [])
      for path in ["/livez", "/readyz", "/health"] {
        let response = try RawClient.exchange(port: gateway.adminPort, "GET \(path)")
        #expect(response.status == 200, "\(path)")
        #expect(try gateway.exchange("GET \(path)").status == 404, "\(path)")
      }
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /static").status == 404)
      #expect(try RawClient.exchange(port: gateway.adminPort, "POST /livez").status == 405)
      try gateway.stopInOrder()
    }

    @Test func readinessEndsBeforeTheProcessDoes() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("1").waiting(at: free) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        "backends: { b1: { url: \"${env.B1}\" } }\nroutes:\n  GET /call: { calls: { v: GET b1 /call } }\n",
        backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /call")
      backend.waitForRequests(1)
      let probe = try RawClient(port: gateway.adminPort)
      try probe.send("GET /readyz")
      #expect(try probe.receive()?.status == 200)
      gateway.child.terminate()
      #expect(readinessEnds(gateway.adminPort))
      #expect(free.arrive())
      #expect(try client.receive()?.status == 200)
      #expect(gateway.child.waitForExit() == 0)
    }

    /// Whether `/readyz` stops to answer 200 (503, or nobody answers any more).
    private func readinessEnds(_ port: UInt16) -> Bool {
      let deadline = Patience.deadline
      while deadline.timeIntervalSinceNow > 0 {
        if (try? RawClient.exchange(port: port, "GET /readyz"))?.status != 200 { return true }
        usleep(5_000)
      }
      return false
    }
  }
}
