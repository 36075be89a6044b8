import Foundation
import TestRedis
import TestSockets
import Testing

extension Behaviour {
  /// What of limits takes more than requests one after the other: reloads, the log, a fleet over Redis, and its end.
  @Suite struct LimitPolicyTests {
    private static func definition(_ limit: String) -> String {
      "routes:\n  GET /a: { limit: \(limit), response: 1 }\n  GET /other: { response: 1 }\n"
    }

    private static func settings(_ redis: RedisServer, timeout: String = "50ms") -> String {
      "threads: 2\nredis: { url: \"\(redis.url)\", timeout: \(timeout) }\n"
    }

    private func isConnected(_ gateway: GatewayProcess) -> Bool {
      gateway.waitForHealth { $0["limits"]?["state"]?.string == "connected" }
    }

    @Test func countersStayOverAReload() throws {
      let gateway = try GatewayProcess(Self.definition("3/h"), gateway: "limits: { counters: 1000 }\n")
      #expect(try gateway.exchange("GET /a")["RateLimit"]?.contains("r=2;") == true)
      try gateway.write(Self.definition("3/h") + "  GET /new: { response: 2 }\n")
      try gateway.write("limits: { counters: 2000 }\n", to: "gateway.yaml")
      let report = try gateway.reload()
      #expect(report.status == 200 && report.text.contains("only a restart takes over limits.counters"))
      #expect(try gateway.exchange("GET /new").status == 200)
      #expect(try gateway.exchange("GET /a")["RateLimit"]?.contains("r=1;") == true)
      // Another rate is another counter.
      try gateway.write(Self.definition("2/h"))
      #expect(try gateway.reload().status == 200)
      #expect(try gateway.exchange("GET /a")["RateLimit"]?.contains("r=1;") == true)
      #expect(try gateway.health()["limits"]?["counters"]?.number == 2)
      try gateway.stopInOrder()
    }

    /// What a route takes up by `base` is its own: it is taken over, and what did not change counts on.
    @Test func aDefaultChangesUnderWhoTakesItUp() throws {
      func defaults(_ rate: String) -> String { "defaults: { limit: { rate: \(rate), name: all } }\n" }
      let gateway = try GatewayProcess(
        Self.definition("[{ rate: 9/h, name: own }, base]"), gateway: defaults("5/h"))
      func limits() throws -> String { try gateway.exchange("GET /a")["RateLimit"] ?? "" }
      let first = try limits()
      #expect(first.contains("\"all\";r=4;") && first.contains("\"own\";r=8;"))
      try gateway.write(defaults("4/h"), to: "gateway.yaml")
      let report = try gateway.reload().text
      #expect(report.contains("~ GET /a: limit\n") && report.contains("~ GET /other: limit\n"))
      let second = try limits()
      #expect(second.contains("\"all\";r=3;") && second.contains("\"own\";r=7;"))
      try gateway.stopInOrder()
    }

    /// Of a client that nobody vouches for, what it says of itself does not count.
    @Test func aForgedAddressCountsAsTheConnections() throws {
      let gateway = try GatewayProcess(Self.definition("5/h"), gateway: "log: { access: true }\n")
      for number in 0..<5 {
        let headers = ["X-Forwarded-For: 203.0.113.\(number)", "X-Real-IP: 203.0.113.\(number)"]
        #expect(try gateway.exchange("GET /a", headers: headers).status == 200)
      }
      #expect(try gateway.exchange("GET /a", headers: ["Forwarded: for=203.0.113.9"]).status == 429)
      #expect(gateway.logs(#"status=429 refused=limit why="5/1h of GET /a""#))
      let limits = try gateway.health()["limits"]
      #expect(limits?["state"]?.string == "memory" && limits?["refused"]?.number == 1)
      #expect(limits?["counters"]?.number == 1 && limits?["redisTimeouts"] == nil)
      try gateway.stopInOrder()
    }

    /// Clients of two gateways at once, all of one counter.
    @Test func ofAFleetTheNumberIsAllowedAndNotOneMore() async throws {
      let redis = try await RedisServer.start()
      let gateways = try (0..<2).map { _ in
        try GatewayProcess(
          Self.definition("[{ rate: 300/h, by: all }, { rate: 1000/h, by: \"${client.ip}\" }]"),
          gateway: Self.settings(redis, timeout: "10s"))
      }
      for gateway in gateways {
        #expect(try gateway.exchange("GET /other").status == 200)
        #expect(isConnected(gateway))
      }
      let (allowed, refused, done) = (Tally(), Tally(), Barrier(17))
      for client in 0..<16 {
        let port = gateways[client % 2].port
        startThread {
          if let connection = try? RawClient(port: port) {
            for _ in 0..<40 {
              guard (try? connection.send("GET /a")) != nil, let answer = try? connection.receive() else { break }
              (answer.status == 200 ? allowed : refused).add(answer.status == 200 || answer.status == 429 ? 1 : 0)
            }
          }
          _ = done.arrive()
        }
      }
      #expect(done.arrive())
      #expect(allowed.count == 300 && refused.count == 340)
      for gateway in gateways {
        #expect(try gateway.health()["limits"]?["withoutRedis"]?.number == 0)
        try gateway.stopInOrder()
      }
    }

    enum Conduct: String, CaseIterable { case local, allow, deny }

    @Test(arguments: Conduct.allCases, [false, true])
    func whileRedisIsGone(_ conduct: Conduct, isSuspended: Bool) async throws {
      let redis = try await RedisServer.start()
      let gateway = try GatewayProcess(
        Self.definition("{ rate: 3/h, onRedisFailure: \(conduct) }"), gateway: Self.settings(redis))
      #expect(isConnected(gateway))
      #expect(eventually { redisDecides(gateway) })
      if isSuspended { redis.suspend() } else { redis.kill() }
      var statuses: [Int] = []
      for _ in 0..<8 {
        let answer = try gateway.exchange("GET /a")
        statuses.append(answer.status)
        switch conduct {
        case .local: #expect(answer["RateLimit"] != nil)
        case .allow: #expect(answer["RateLimit"] == nil)
        case .deny: #expect(answer["Retry-After"] == "1" && answer.text.contains("can't be counted"))
        }
      }
      switch conduct {
      case .local: #expect(statuses.filter { $0 == 200 }.count <= 3 && statuses.suffix(5) == [429, 429, 429, 429, 429])
      case .allow: #expect(Set(statuses) == [200])
      case .deny: #expect(Set(statuses) == [503])
      }
      #expect(gateway.waitForHealth { $0["limits"]?["state"]?.string == "degraded" })
      if isSuspended { redis.resume() } else { try await redis.startAgain() }
      #expect(isConnected(gateway))
      if !isSuspended {
        // What was counted there is gone with it.
        #expect(try gateway.exchange("GET /a")["RateLimit"]?.contains("r=2;") == true)
      }
      #expect(try gateway.health()["limits"]?["withoutRedis"]?.number ?? 0 >= 8)
      try gateway.stopInOrder()
    }

    /// The first connection may still be on its way, or the machine be busy.
    private func redisDecides(_ gateway: GatewayProcess) -> Bool {
      func withoutRedis() -> Double? { try? gateway.health()["limits"]?["withoutRedis"]?.number }
      let before = withoutRedis()
      return before != nil && (try? gateway.exchange("GET /a")) != nil && withoutRedis() == before
    }

    /// Before the gateway counts on a server that may evict, the log says so; of one of its own it does not.
    @Test func aRedisThatMayEvictIsToldOf() async throws {
      let (lossy, safe) = (
        try await RedisServer.start(["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]),
        try await RedisServer.start(["--maxmemory", "100mb", "--maxmemory-policy", "noeviction"])
      )
      let one = try GatewayProcess(Self.definition("3/h"), gateway: "redis: \(lossy.url)\n")
      #expect(one.logs(#"redis may evict counters: set noeviction, or write redis.state maxmemory-policy=allkeys-lru"#))
      try one.stopInOrder()
      let two = try GatewayProcess(
        Self.definition("3/h"), gateway: "redis: { cache: \(lossy.url), state: \(safe.url) }\n")
      #expect(isConnected(two))
      #expect(eventually { redisDecides(two) })
      #expect(await safe.cli("DBSIZE").contains("1"))
      #expect(await lossy.cli("DBSIZE").contains("0"))
      try two.stopInOrder()
      #expect(!two.child.errors.text.contains("may evict"))
    }
  }
}
