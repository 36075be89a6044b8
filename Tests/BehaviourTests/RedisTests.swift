import Foundation
import TestRedis
import Testing

extension Behaviour {
  /// The cache's second level fails under load: every answer is right, and hits come again by themselves.
  @Suite struct RedisTests {
    enum Outage: CaseIterable { case killed, suspended, emptied, full }

    private static let definition = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /things/:id:
          timeout: 30s
          cache: 1h
          calls:
            a: GET b1 /a/${path.id}
            b: GET b1 /b/${path.id}

      """

    private func backend() throws -> ScriptedBackend {
      try ScriptedBackend { .json("\"\($0.target)\"") }
    }

    /// Redis is asked for every answer.
    private func gateway(_ backend: ScriptedBackend, _ redis: RedisServer, timeout: String = "50ms") throws
      -> GatewayProcess
    {
      try GatewayProcess(
        Self.definition, backends: [backend.url],
        gateway: "redis: { url: \"\(redis.url)\", timeout: \(timeout) }\ncache: { memory: 0B }\n")
    }

    private func answer(of id: Int) -> String { "{\"a\":\"/a/\(id)\",\"b\":\"/b/\(id)\"}" }

    /// Whether what one request has stored is what the next one gets, at last.
    private func hits(_ gateway: GatewayProcess, from first: Int) throws -> Bool {
      let deadline = Patience.deadline
      var id = first
      while deadline.timeIntervalSinceNow > 0 {
        id += 1
        _ = try gateway.exchange("GET /things/\(id)")
        // The store is on its way.
        for _ in 0..<20 where try gateway.exchange("GET /things/\(id)")["cache-status"]?.contains("; hit") == true {
          return true
        }
      }
      return false
    }

    @Test(arguments: Outage.allCases) func answersAreRightAndHitsComeAgain(_ outage: Outage) async throws {
      let redis = try await RedisServer.start()
      let backend = try backend()
      defer { backend.stop() }
      let gateway = try gateway(backend, redis)
      #expect(try hits(gateway, from: 10_000))
      let load = AnswerLoad(port: gateway.port, clients: 64, ids: 500, answer: answer)
      #expect(load.waitForMore(Sanitizer.share(of: 200)))
      switch outage {
      case .killed: redis.kill()
      case .suspended: redis.suspend()
      case .emptied: await redis.cli("FLUSHALL")
      case .full: await redis.cli("CONFIG", "SET", "maxmemory", "1")
      }
      #expect(load.waitForMore(Sanitizer.share(of: 400)))
      switch outage {
      case .killed: try await redis.startAgain()
      case .suspended: redis.resume()
      case .emptied: break
      case .full: await redis.cli("CONFIG", "SET", "maxmemory", "0")
      }
      #expect(load.waitForMore(Sanitizer.share(of: 200)))
      #expect(load.stop() == [])
      #expect(try hits(gateway, from: 20_000))
      try gateway.stopInOrder()
    }

    /// A full Redis is seen from outside: in the answer, in `/health`, and in the log by its own words.
    @Test func aRedisThatRefusesIsSeen() async throws {
      let redis = try await RedisServer.start(["--maxmemory", "1", "--maxmemory-policy", "noeviction"])
      let backend = try backend()
      defer { backend.stop() }
      let gateway = try gateway(backend, redis, timeout: "10s")
      #expect(try gateway.exchange("GET /things/1").text == answer(of: 1))
      #expect(try gateway.exchange("GET /things/1")["cache-status"] == "weft; fwd=miss")
      let cache = try gateway.health()["cache"]
      #expect(cache?["state"]?.string == "degraded" && cache?["storeFailures"]?.number == 2)
      #expect(cache?["refusal"]?.string?.hasPrefix("OOM command not allowed") == true)
      try gateway.stopInOrder()
      let warnings = gateway.child.errors.text.split(separator: "\n").filter { $0.contains("redis refuses") }
      #expect(warnings.count == 1 && warnings[0].contains("OOM command not allowed"), "\(warnings)")
    }

    @Test func twoProcessesFetchOnce() async throws {
      let redis = try await RedisServer.start()
      let backend = try backend()
      defer { backend.stop() }
      let gateways = try (0..<2).map { _ in try self.gateway(backend, redis, timeout: "10s") }
      for (number, gateway) in gateways.enumerated() { #expect(try hits(gateway, from: 10_000 * (number + 1))) }
      let before = backend.requests.count
      let clients = try (0..<50).map { try RawClient(port: gateways[$0 % 2].port) }
      for client in clients { try client.send("GET /things/1") }
      for client in clients { #expect(try client.receive()?.text == answer(of: 1)) }
      #expect(backend.requests.count == before + 2)
      for gateway in gateways { try gateway.stopInOrder() }
    }
  }
}
