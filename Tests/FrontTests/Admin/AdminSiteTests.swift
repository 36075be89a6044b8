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
      isReady: { box.isReady.load(ordering: .relaxed) }, health: { .object(JSONObject()) },
      access: AdminAccess(ProcessPlan.Admin(), address: ListenAddress(host: "127.0.0.1", port: 0)))
    let works = site.routes.map(\.work)
    let routes = zip([entry("GET /livez"), entry("GET /readyz"), entry("GET /health")], works).map { ($0, $1) }
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
      box.isReady.store(false, ordering: .relaxed)
      #expect(try status("/livez") == 200)
      #expect(try status("/readyz") == 503)
      #expect(try status("/health") == 503)
      #expect(try status("/other") == 404)
    }
  }

  private final class ReadyBox: Sendable {
    let isReady = Atomic<Bool>(true)
  }
}
