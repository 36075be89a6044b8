import Foundation
import TestRedis
import Testing

extension Behaviour {
  /// Two gateway processes over one real Redis.
  @Suite struct CacheFleetTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
        b2: { url: "${env.B2}" }
        b3: { url: "${env.B3}" }
        b4: { url: "${env.B4}" }
      routes:
        GET /page/:id:
          timeout: 60s
          cache: { ttl: 1h, tags: ["page:${a.name}"] }
          calls: { a: "GET b1 /a/${path.id}", b: "GET b2 /b/${path.id}", c: "GET b3 /c/${path.id}", d: "GET b4 /d/${path.id}" }
        GET /call/:id:
          calls: { kept: { request: "GET b1 /kept/${path.id}", cache: { ttl: 1h, tags: ["kept:${path.id}"] } } }
      """

    /// A redis-server, four backends, two gateways that both are connected.
    final class Fleet: Sendable {
      let redis: RedisServer
      let backends: [ScriptedBackend]
      let gateways: [GatewayProcess]

      init(_ redis: RedisServer, _ script: @escaping ScriptedBackend.Script) throws {
        self.redis = redis
        let backends = try (0..<4).map { _ in try ScriptedBackend(script) }
        self.backends = backends
        gateways = try (0..<2).map { _ in
          try GatewayProcess(
            CacheFleetTests.definition, backends: backends.map(\.url),
            gateway: "redis: { url: \"\(redis.url)\", timeout: 5s }\nthreads: 2\n")
        }
        for gateway in gateways { #expect(gateway.waitForHealth { $0["cache"]?["state"]?.string == "connected" }) }
      }

      /// A figure of `/health`, over both.
      func sum(_ name: String) -> Int {
        gateways.reduce(0) { sum, gateway in
          sum + Int((try? gateway.health()["cache"]?[name]?.number) ?? 0)
        }
      }

      func stop() throws {
        for gateway in gateways { try gateway.stopInOrder() }
        for backend in backends { backend.stop() }
      }
    }

    @Test func fiftyClientsOfTwoGatewaysMakeOneFetchOfEachBackend() async throws {
      let redis = try await RedisServer.start()
      let barrier = Barrier(5)
      let fleet = try Fleet(redis) { .json(#"{"name":"\#($0.target)"}"#).waiting(at: barrier) }
      let clients = try (0..<50).map { try RawClient(port: fleet.gateways[$0 % 2].port) }
      for client in clients { try client.send("GET /page/1") }
      // One waits for its backends, one for the other gateway, all others for one of these two.
      #expect(eventually { fleet.sum("collapsed") == 48 && fleet.sum("collapsedOverFleet") == 1 })
      #expect(barrier.arrive())
      let answers = try clients.map { try $0.receive() }
      let bodies = Set(answers.map { $0?.text })
      #expect(answers.allSatisfy { $0?.status == 200 } && bodies.count == 1, "\(bodies)")
      #expect(answers.filter { $0?["Cache-Status"] == "weft; fwd=miss; stored" }.count == 1)
      for backend in fleet.backends { #expect(backend.requests.count == 1) }
      try fleet.stop()
    }

    @Test func aPurgeByATagFromDataReachesTheOthersMemory() async throws {
      let redis = try await RedisServer.start()
      let fleet = try Fleet(redis) { _ in .json(#"{"name":"shop"}"#) }
      let (first, second) = (fleet.gateways[0], fleet.gateways[1])
      #expect(try first.exchange("GET /page/1")["Cache-Status"] == "weft; fwd=miss; stored")
      #expect(eventually { fleet.sum("stores") == 1 })
      for gateway in fleet.gateways { #expect(try gateway.exchange("GET /page/1").isHit) }
      #expect(try second.health()["cache"]?["entries"]?.number == 1, "it is in the second one's memory")
      let purge = try WeftBinary.run(["purge", "--tag", "page:shop", "--admin", "127.0.0.1:\(first.adminPort)"])
      #expect(purge.status == 0 && purge.output == "purged everywhere\n", "\(purge)")
      #expect(eventually { (try? second.health()["cache"]?["entries"]?.number) == 0 })
      #expect(try second.exchange("GET /page/1")["Cache-Status"] == "weft; fwd=miss; stored")
      #expect(fleet.backends[0].requests.count == 2)
      try fleet.stop()
    }

    @Test func aCallsValueIsSharedAndPurged() async throws {
      let redis = try await RedisServer.start()
      let fleet = try Fleet(redis) { _ in .json("1") }
      #expect(try fleet.gateways[0].exchange("GET /call/1").text == #"{"kept":1}"#)
      #expect(eventually { fleet.sum("stores") == 1 })
      #expect(try fleet.gateways[1].exchange("GET /call/1").text == #"{"kept":1}"#)
      #expect(fleet.backends[0].requests.count == 1)
      let purge = try RawClient.exchange(
        port: fleet.gateways[0].adminPort, "POST /purge", headers: RawClient.admin,
        body: Array(#"{"route":"GET /call/:id"}"#.utf8))
      #expect(purge.status == 200 && purge.text == #"{"purged":"everywhere"}"#, "\(purge)")
      #expect(eventually { (try? fleet.gateways[1].health()["cache"]?["entries"]?.number) == 0 })
      #expect(try fleet.gateways[1].exchange("GET /call/1").text == #"{"kept":1}"#)
      #expect(fleet.backends[0].requests.count == 2)
      try fleet.stop()
    }

    /// What an earlier definition kept is under other keys; what is only written otherwise is not.
    @Test func anEditedRouteServesNothingOld() async throws {
      let redis = try await RedisServer.start()
      let (first, second) = (try ScriptedBackend(json: "1"), try ScriptedBackend(json: "2"))
      func answer(_ route: String, _ backend: ScriptedBackend, comment: String = "") throws -> RawResponse {
        let gateway = try GatewayProcess(
          "\(comment)backends: { b1: { url: \"${env.B1}\" } }\nroutes:\n  \(route)\n", backends: [backend.url],
          gateway: "redis: { url: \"\(redis.url)\", timeout: 5s }\nthreads: 1\n")
        #expect(gateway.waitForHealth { $0["cache"]?["state"]?.string == "connected" })
        let answer = try gateway.exchange("GET /a")
        if !answer.isHit {
          #expect(gateway.waitForHealth { $0["cache"]?["stores"]?.number == 1 })
        }
        try gateway.stopInOrder()
        return answer
      }
      let route = "GET /a: { cache: 1h, calls: { v: GET b1 /v }, response: { old: \"${v}\" } }"
      #expect(try answer(route, first).text == #"{"old":1}"#)
      let again = try answer(route.replacing(", response", with: ",    response"), first, comment: "# the same\n")
      #expect(again.isHit && again.text == #"{"old":1}"#, "\(again)")
      #expect(try answer(route.replacing("old", with: "new"), first).text == #"{"new":1}"#)
      #expect(try answer(route, second).text == #"{"old":2}"#, "another backend")
      #expect(try answer(route, first).isHit)
      first.stop()
      second.stop()
    }

    @Test func withoutItsRedisItAnswersOnAndSaysSo() async throws {
      let redis = try await RedisServer.start()
      let fleet = try Fleet(redis) { _ in .json("1") }
      let gateway = fleet.gateways[0]
      #expect(try gateway.exchange("GET /page/1").status == 200)
      redis.kill()
      #expect(gateway.waitForHealth { $0["cache"]?["state"]?.string == "degraded" })
      #expect(try gateway.exchange("GET /page/2")["Cache-Status"] == "weft; fwd=miss; stored")
      #expect(try gateway.exchange("GET /page/2").isHit)
      let purge = try WeftBinary.run(["purge", "--all", "--admin", "127.0.0.1:\(gateway.adminPort)"])
      #expect(purge.status == 1 && purge.errors.contains("Ask again"), "\(purge)")
      #expect(try gateway.exchange("GET /page/2")["Cache-Status"] == "weft; fwd=miss; stored")
      #expect(gateway.child.errors.text.contains("redis"), "the log tells of it")
      try fleet.stop()
    }
  }
}

/// Asks until it is so, or patience runs out.
func eventually(_ isTrue: () -> Bool) -> Bool {
  let deadline = Patience.deadline
  while !isTrue() {
    if deadline.timeIntervalSinceNow < 0 { return false }
    usleep(5_000)
  }
  return true
}

extension GatewayProcess {
  func health() throws -> JSONTree {
    try RawClient.exchange(port: adminPort, "GET /health").json()
  }

  func waitForHealth(_ isSo: (JSONTree) -> Bool) -> Bool {
    eventually { (try? health()).map(isSo) ?? false }
  }
}

extension RawResponse {
  var isHit: Bool { self["Cache-Status"]?.hasPrefix("weft; hit") == true }
}
