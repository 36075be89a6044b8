import Foundation
import TestRedis
import TestSockets
import Testing

extension Behaviour {
  /// What of requests with keys takes more than requests one after the other: several at once, clients that leave, a fleet
  /// over Redis, and its end.
  @Suite struct IdempotencyPolicyTests {
    private static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        POST /proxy: { idempotency: {}, proxy: b1 /orders }
        POST /wait: { idempotency: { wait: 60s }, proxy: b1 /orders }
        POST /local: { idempotency: { onRedisFailure: local }, proxy: b1 /orders }
        POST /write:
          timeout: 60s
          idempotency: {}
          calls: { order: { request: POST b1 /orders, required: true } }
          response: "${order.id}"
        POST /warm: { idempotency: {}, response: 1 }
        POST /read:
          timeout: 60s
          idempotency: {}
          calls: { order: { request: GET b1 /orders } }
      """
    private static let key = ["Idempotency-Key: k"]

    private static func settings(_ redis: RedisServer, timeout: String = "10s") -> String {
      "threads: 1\nredis: { url: \"\(redis.url)\", timeout: \(timeout) }\n"
    }

    /// Keys are looked up in Redis.
    private func isConnected(_ gateway: GatewayProcess) -> Bool {
      let key = ["Idempotency-Key: \(UUID())"]
      return eventually { (try? gateway.exchange("POST /warm", headers: key).status) == 200 }
        && gateway.waitForHealth { $0["idempotency"]?["state"]?.string == "connected" }
    }

    /// Asks until it is no longer told that the first runs.
    private func afterwards(_ gateway: GatewayProcess, _ line: String) throws -> RawResponse {
      var answer = try gateway.exchange(line, headers: Self.key)
      _ = eventually {
        guard answer.status == 409, let next = try? gateway.exchange(line, headers: Self.key) else { return true }
        answer = next
        return answer.status != 409
      }
      return answer
    }

    @Test func ofTwoAtOnceOneIsWorkedAt() throws {
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("7").waiting(at: barrier) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "log: { access: true }\n")
      let first = try RawClient(port: gateway.port)
      try first.send("POST /proxy", headers: Self.key)
      backend.waitForRequests(1)
      let second = try gateway.exchange("POST /proxy", headers: Self.key)
      #expect(second.status == 409 && second["Retry-After"] == "1" && second["Cache-Control"] == "no-store")
      #expect(gateway.logs(#"status=409 refused=idempotency"#))
      #expect(barrier.arrive())
      #expect(try first.receive()?.status == 200)
      let third = try gateway.exchange("POST /proxy", headers: Self.key)
      #expect(third.status == 200 && third["Idempotency-Replayed"] == "true" && third.text == "7")
      #expect(gateway.logs(#"status=200 replayed=true"#))
      #expect(backend.lines == ["POST /orders"])
      #expect(!gateway.child.errors.text.contains("Idempotency-Key: k"))
      let health = try gateway.health()["idempotency"]
      #expect(health?["state"]?.string == "memory" && health?["kept"]?.number == 1 && health?["running"]?.number == 0)
      #expect(health?["replayed"]?.number == 1 && health?["turnedAway"]?.number == 1)
      try gateway.stopInOrder()
    }

    @Test func ofManyAtOnceAllGetOneAnswer() throws {
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("7").waiting(at: barrier) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: "threads: 2\n")
      let clients = try (0..<20).map { _ in try RawClient(port: gateway.port) }
      for client in clients { try client.send("POST /wait", headers: Self.key) }
      backend.waitForRequests(1)
      #expect(barrier.arrive())
      let answers = try clients.map { try $0.receive() }
      #expect(answers.allSatisfy { $0?.status == 200 && $0?.text == "7" })
      #expect(answers.count { $0?["Idempotency-Replayed"] == "true" } == 19)
      #expect(backend.lines == ["POST /orders"])
      try gateway.stopInOrder()
    }

    /// A composite that writes goes on without its client, and who comes again gets what came of it.
    @Test func whoLeavesAWriteMayComeAgain() throws {
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { _ in .json(#"{"id":7}"#).waiting(at: barrier) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("POST /write", headers: Self.key)
      backend.waitForRequests(1)
      client.stream.close()
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 1 })
      #expect(try gateway.exchange("POST /write", headers: Self.key).status == 409)
      #expect(barrier.arrive())
      let answer = try afterwards(gateway, "POST /write")
      #expect(answer.status == 200 && answer.text == "7" && answer["Idempotency-Replayed"] == "true")
      #expect(backend.lines == ["POST /orders"])
      try gateway.stopInOrder()
    }

    /// What only reads did nothing; what is proxied may have, so its key is taken for a while.
    @Test func whoLeavesAnythingElse() throws {
      let backend = try ScriptedBackend { _ in .fault(.hang) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      for (index, line) in ["POST /read", "POST /proxy"].enumerated() {
        let client = try RawClient(port: gateway.port)
        try client.send(line, headers: ["Idempotency-Key: \(index)"])
        backend.waitForRequests(index + 1)
        client.stream.close()
        #expect(backend.waitForAbandonments(index + 1))
      }
      #expect(gateway.waitForHealth { $0["idempotency"]?["running"]?.number == 1 })
      #expect(try gateway.exchange("POST /proxy", headers: ["Idempotency-Key: 1"]).status == 409)
      backend.restart { _ in .json("7") }
      #expect(try gateway.exchange("POST /read", headers: ["Idempotency-Key: 0"]).status == 200)
      try gateway.stopInOrder()
    }

    @Test func aFleetWorksOnce() async throws {
      let redis = try await RedisServer.start()
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("7").waiting(at: barrier) }
      defer { backend.stop() }
      let gateways = try (0..<2).map { _ in
        try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.settings(redis))
      }
      #expect(gateways.allSatisfy { isConnected($0) })
      let first = try RawClient(port: gateways[0].port)
      try first.send("POST /wait", headers: Self.key)
      backend.waitForRequests(1)
      let second = try RawClient(port: gateways[1].port)
      try second.send("POST /wait", headers: Self.key)
      #expect(barrier.arrive())
      #expect(try first.receive()?["Idempotency-Replayed"] == nil)
      let answer = try second.receive()
      #expect(answer?.status == 200 && answer?["Idempotency-Replayed"] == "true" && answer?.text == "7")
      #expect(try gateways[1].exchange("POST /proxy", headers: Self.key).status == 422)
      #expect(backend.lines == ["POST /orders"])
      for gateway in gateways {
        #expect(try gateway.health()["idempotency"]?["kept"]?.number == 0)
        try gateway.stopInOrder()
      }
      let names = await redis.cli("KEYS", "*")
      #expect(names.contains("weft:idempotency:") && !names.contains("weft:idempotency:k\n"))
    }

    /// Its key is taken as long as its lease lasts, and no longer.
    @Test func aGatewayThatDiesLeavesItsKeyForALease() async throws {
      let redis = try await RedisServer.start()
      let backend = try ScriptedBackend { _ in .fault(.hang) }
      defer { backend.stop() }
      let gateways = try (0..<2).map { _ in
        try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.settings(redis))
      }
      #expect(gateways.allSatisfy { isConnected($0) })
      let client = try RawClient(port: gateways[0].port)
      try client.send("POST /proxy", headers: Self.key)
      backend.waitForRequests(1)
      gateways[0].child.kill()
      _ = gateways[0].child.waitForExit()
      #expect(try gateways[1].exchange("POST /proxy", headers: Self.key).status == 409)
      let names = await redis.cli("KEYS", "weft:idempotency:*").split(whereSeparator: \.isNewline).map(String.init)
      var name = ""
      for other in names where await redis.cli("HEXISTS", other, "answer").contains("0") { name = other }
      let lease = Int(await redis.cli("PTTL", name).filter(\.isNumber)) ?? 0
      #expect(lease > 0 && lease <= 30_000)
      backend.restart { _ in .json("7") }
      await redis.cli("PEXPIRE", name, "1")
      #expect(try afterwards(gateways[1], "POST /proxy").text == "7")
      try gateways[1].stopInOrder()
    }

    @Test func whileRedisIsGone() async throws {
      let redis = try await RedisServer.start()
      let backend = try ScriptedBackend { _ in .json("7") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: Self.settings(redis, timeout: "10s"))
      #expect(isConnected(gateway))
      redis.kill()
      #expect(gateway.waitForHealth { $0["idempotency"]?["state"]?.string == "degraded" })
      let before = backend.lines.count
      let denied = try gateway.exchange("POST /proxy", headers: Self.key)
      #expect(denied.status == 503 && denied["Retry-After"] == "1" && backend.lines.count == before)
      #expect(try gateway.exchange("POST /proxy").status == 200)
      #expect(try gateway.exchange("POST /local", headers: Self.key)["Idempotency-Replayed"] == nil)
      #expect(try gateway.exchange("POST /local", headers: Self.key)["Idempotency-Replayed"] == "true")
      try await redis.startAgain()
      #expect(isConnected(gateway))
      // What was done without Redis is known when it is back.
      #expect(try gateway.exchange("POST /local", headers: Self.key)["Idempotency-Replayed"] == "true")
      #expect(try afterwards(gateway, "POST /proxy").status == 200)
      #expect(try gateway.health()["idempotency"]?["withoutRedis"]?.number ?? 0 >= 2)
      try gateway.stopInOrder()
    }

    @Test func answersStayOverAReload() throws {
      let backend = try ScriptedBackend { _ in .json("7") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      #expect(try gateway.exchange("POST /proxy", headers: Self.key)["Idempotency-Replayed"] == nil)
      try gateway.write(Self.definition + "\n  GET /new: { response: 1 }\n")
      try gateway.write("limits: { idempotencyBytes: 1MiB }\n", to: "gateway.yaml")
      let report = try gateway.reload()
      #expect(report.status == 200 && report.text.contains("only a restart takes over limits.idempotencyBytes"))
      #expect(try gateway.exchange("POST /proxy", headers: Self.key)["Idempotency-Replayed"] == "true")
      try gateway.stopInOrder()
    }

    /// Larger than what is hashed on the loop.
    @Test func largeBodiesAreTold() throws {
      let backend = try ScriptedBackend { _ in .json("7") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let body = String(repeating: "x", count: 500_000)
      #expect(try gateway.exchange("POST /proxy", headers: Self.key, body: body)["Idempotency-Replayed"] == nil)
      #expect(try gateway.exchange("POST /proxy", headers: Self.key, body: body)["Idempotency-Replayed"] == "true")
      #expect(try gateway.exchange("POST /proxy", headers: Self.key, body: body + "x").status == 422)
      #expect(backend.lines.count == 1)
      try gateway.stopInOrder()
    }

    @Test func overHTTP2() throws {
      let backend = try ScriptedBackend { _ in .json("7") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url],
        gateway: "listen: { address: \"127.0.0.1:0\", http2: cleartext }\n")
      #expect(try gateway.exchange("POST /proxy", headers: Self.key).text == "7")
      let client = try HTTP2Client(port: gateway.port)
      for (id, key): (UInt32, String) in [(1, "k"), (3, "l"), (5, "l")] {
        try client.request(id, "POST", "/proxy", [("idempotency-key", key)])
        let answer = try client.answer(to: id)
        #expect(answer.status == 200 && answer.fields.first(name: "content-length") == "1")
        #expect((answer.fields.first(name: "idempotency-replayed") == "true") == (id != 3))
      }
      #expect(backend.lines.count == 2)
      try gateway.stopInOrder()
    }
  }
}
