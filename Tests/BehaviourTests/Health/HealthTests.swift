import Foundation
import TestRedis
import TestSockets
import Testing

extension Behaviour {
  /// What `/health`, `/readyz` and `weft health` say of the parts of a gateway.
  @Suite struct HealthTests {
    private static func word(_ gateway: GatewayProcess, _ backend: String) throws -> (status: Int, state: String?) {
      let answer = try RawClient.exchange(port: gateway.adminPort, "GET /health/backends/\(backend)")
      return (answer.status, try answer.json()["state"]?.string)
    }

    @Test func eachBackendIsToldWithItsAddressesBreakerAndLastError() throws {
      let backend = try ScriptedBackend { $0.target == "/good" ? .json("1") : .json("{}", status: 503) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          good: { url: "${env.B1}" }
          bad: { url: "${env.B1}", breaker: { minimumCalls: 5, openFor: 1h } }
          gone: { url: "http://127.0.0.1:1" }
          half: { urls: ["${env.B1}", "http://127.0.0.1:1"] }
          idle: { url: "http://127.0.0.1:1" }
          probed: { url: "${env.B1}", health: { path: /sick, every: 100ms, unhealthyAfter: 1 } }
        routes:
          GET /good: { calls: { v: GET good /good } }
          GET /bad: { calls: { v: GET bad /bad } }
          GET /gone: { calls: { v: GET gone /gone } }
          GET /half: { calls: { v: GET half /good } }
        """, backends: [backend.url], gateway: "threads: 1\n")
      for path in ["/good", "/bad", "/gone", "/half"] {
        for _ in 0..<6 { _ = try gateway.exchange("GET \(path)") }
      }
      #expect(gateway.waitForHealth { $0["backends"]?["probed"]?["state"]?.string == "down" })
      let expected: [(name: String, state: String, status: Int)] = [
        ("good", "up", 200), ("bad", "down", 503), ("gone", "down", 503), ("half", "degraded", 200),
        ("idle", "unknown", 200), ("probed", "down", 503),
      ]
      let health = try gateway.health()
      for one in expected {
        #expect(health["backends"]?[one.name]?["state"]?.string == one.state, "\(one.name)")
        let word = try Self.word(gateway, one.name)
        #expect(word == (one.status, one.state), "\(one.name)")
      }
      let bad = health["backends"]?["bad"]?["addresses"]?[0]
      #expect(bad?["address"]?.string == backend.url && bad?["breaker"]?.string == "open")
      #expect(bad?["lastError"]?["error"]?.string == "status 503")
      #expect(bad?["lastError"]?["at"]?.string?.hasSuffix("Z") == true)
      #expect(health["backends"]?["probed"]?["addresses"]?[0]?["healthy"] == .bool(false))
      #expect(try Self.word(gateway, "none").status == 404)
      // Requests are served, whatever its backends do.
      #expect(health["status"]?.string == "ready")
      try gateway.stopInOrder()
    }

    /// One that was down, and answers again.
    @Test func aBackendThatRecoversIsUp() throws {
      let backend = try ScriptedBackend { $0.target == "/bad" ? .json("{}", status: 500) : .json("1") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        "backends: { b1: { url: \"${env.B1}\" } }\nroutes: { \"GET /p/*rest\": { proxy: \"b1 /${path.rest}\" } }\n",
        backends: [backend.url])
      for _ in 0..<3 { #expect(try gateway.exchange("GET /p/bad").status == 500) }
      #expect(try Self.word(gateway, "b1") == (503, "down"))
      #expect(try gateway.exchange("GET /p/good").status == 200)
      #expect(try Self.word(gateway, "b1") == (200, "up"))
      try gateway.stopInOrder()
    }

    @Test func whoHasNoKeysYetIsNotReady() throws {
      let free = Barrier(2)
      let publisher = try ScriptedBackend { _ in .json(TokenIssuer.published(.first)).waiting(at: free) }
      defer { publisher.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { id: { url: "${env.B1}" } }
        routes: { GET /who: { auth: shop, response: 1 } }
        """, backends: [publisher.url],
        gateway: "auth: { shop: { jwt: { issuer: x, audience: y, keys: { backend: id, path: /keys } } } }\n")
      let early = try RawClient.exchange(port: gateway.adminPort, "GET /readyz")
      #expect(early.status == 503 && early.text.hasPrefix("not ready: keys"), "\(early)")
      let asked = try WeftBinary.run(["health", "--admin", "127.0.0.1:\(gateway.adminPort)"])
      #expect(asked.status == 1 && asked.errors.hasPrefix("weft: not ready: keys"), "\(asked)")
      #expect(free.arrive())
      #expect(eventually { (try? RawClient.exchange(port: gateway.adminPort, "GET /readyz"))?.status == 200 })
      try gateway.stopInOrder()
    }

    /// A gateway that serves goes on, though what it is told to verify can't be verified yet.
    @Test func keysThatAReloadAddsAreNotWaitedFor() throws {
      let gateway = try GatewayProcess("routes: { GET /who: { response: 1 } }\n")
      try gateway.write(
        "backends: { id: { url: \"http://127.0.0.1:1\" } }\nroutes: { GET /who: { auth: shop, response: 1 } }\n")
      try gateway.write(
        "auth: { shop: { jwt: { issuer: x, audience: y, keys: { backend: id, path: /keys } } } }\n",
        to: "gateway.yaml")
      #expect(try gateway.reload().status == 200)
      #expect(gateway.logs("keys can't be fetched"))
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /readyz").status == 200)
      try gateway.stopInOrder()
    }

    @Test func withoutRedisItIsDegradedAndReady() async throws {
      let redis = try await RedisServer.start()
      let gateway = try GatewayProcess(
        "backends: { b1: { url: \"http://127.0.0.1:1\" } }\nroutes: { GET /a: { cache: 1m, calls: { v: GET b1 / } } }\n",
        gateway: "redis: redis://127.0.0.1:\(redis.port)\n")
      #expect(gateway.waitForHealth { $0["status"]?.string == "ready" && $0["redis"]?.string == "connected" })
      let command = ["health", "--admin", "127.0.0.1:\(gateway.adminPort)"]
      #expect(try WeftBinary.run(command).output == "ready\n")
      redis.kill()
      #expect(gateway.waitForHealth { $0["status"]?.string == "degraded" && $0["redis"]?.string == "degraded" })
      let probe = try RawClient.exchange(port: gateway.adminPort, "GET /readyz")
      #expect(probe.status == 200 && probe.text == "degraded: redis\n")
      let asked = try WeftBinary.run(command)
      #expect(asked.status == 0 && asked.output == "degraded: redis\n")
      try gateway.stopInOrder()
    }

    @Test func certificatesAreToldWithTheirEnd() throws {
      let gateway = try TLSGateway()
      let told = try #require(try gateway.process.health()["certificates"])
      #expect(told[0]?["names"]?[0]?.string == "main.test" && told[1]?["names"]?[0]?.string == "*.wild.test")
      #expect(told[0]?["listener"]?.string == "127.0.0.1:\(gateway.port)")
      #expect(told[0]?["notAfter"]?.string?.contains(#/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/#) == true)
      #expect((told[0]?["secondsLeft"]?.number ?? 0) > 0)
      try gateway.process.stopInOrder()
    }

    @Test func nobodyIsNotReady() throws {
      let asked = try WeftBinary.run(["health", "--admin", "127.0.0.1:1"])
      #expect(asked.status == 1 && asked.errors.contains("can't be asked"), "\(asked)")
      #expect(try WeftBinary.run(["health", "--admin", "nonsense"]).status == 64)
    }
  }
}
