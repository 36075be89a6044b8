import JSONText
import Messages
import Plans
import Synchronization
import TestServers
import TestSockets
import Testing

@testable import Front

@Suite struct AdminSiteTests {
  @Test func livenessReadinessAndHealth() async throws {
    let box = ReadyBox()
    let site = AdminSite.make(
      readiness: { box.isReady.load(ordering: .relaxed) ? .ready : .notReady("draining") },
      health: { .object(JSONObject()) }, backend: { $0 == "none" ? nil : (.string($0), $0 == "good") },
      access: AdminAccess(ProcessPlan.Admin(), address: ListenAddress(host: "127.0.0.1", port: 0)))
    let works = site.routes.map(\.work)
    let names = ["GET /livez", "GET /readyz", "GET /health", "GET /health/backends/:name"]
    let routes = zip(names.map { entry($0) }, works).map { ($0, $1) }
    try await withServer(routes) { server, port in
      await server.replace(site)
      let client = try RawSocket(port: port)
      func status(_ path: String) throws -> Int {
        try client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        return try client.answer().status
      }
      #expect(try status("/livez") == 200)
      #expect(try status("/readyz") == 200)
      #expect(try status("/health") == 200)
      #expect(try status("/health/backends/good") == 200)
      #expect(try status("/health/backends/bad") == 503)
      #expect(try status("/health/backends/none") == 404)
      box.isReady.store(false, ordering: .relaxed)
      #expect(try status("/livez") == 200)
      #expect(try status("/readyz") == 503)
      #expect(try status("/health") == 503)
      #expect(try status("/other") == 404)
    }
  }

  @Test(
    arguments: [
      (.ready, 200, "ready"), (.degraded("redis"), 200, "degraded: redis"),
      (.notReady("draining"), 503, "not ready: draining"),
    ] as [(Readiness, Int, String)])
  func readinessHasAStatusAndWords(_ readiness: Readiness, _ status: Int, _ words: String) {
    #expect(readiness.status == status && readiness.words == words)
  }

  private final class ReadyBox: Sendable {
    let isReady = Atomic<Bool>(true)
  }
}
