import Foundation
import TestRedis
import Testing

extension Behaviour {
  /// API keys in a real Redis: they come and go without a reload, and what becomes of them while it is gone.
  @Suite struct RedisAPIKeyTests {
    private static let routes = """
      routes:
        GET /who: { auth: partners, response: "${identity}" }
        GET /plan: { auth: partners, limit: plan, response: 1 }
      """
    /// SHA-256 of `key-of-acme`.
    private static let acme = "689febd264f8b977e29c0fdb75f839eb248ba07d1561b14f2b95f42756943245"

    private func gateway(
      _ redis: RedisServer, _ provider: String = "redis: true", prefix: String = "weft:", keys: String? = nil
    ) throws -> GatewayProcess {
      var files = [
        "gateway.yaml": """
        auth: { partners: { apiKey: { \(provider) } } }
        plans: { gold: { limit: 2/h } }
        redis: { url: "\(redis.url)", timeout: 10s, prefix: "\(prefix)" }
        log: { access: true }

        """, "main.yaml": Self.routes,
      ]
      files["keys.yaml"] = keys
      return try GatewayProcess(files: files)
    }

    private func ask(_ gateway: GatewayProcess, _ key: String, _ path: String = "/who") throws -> RawResponse {
      try gateway.exchange("GET \(path)", headers: ["X-API-Key: \(key)"])
    }

    /// Until the first connection is there, nobody can be told anything.
    private func isConnected(_ gateway: GatewayProcess) -> Bool {
      eventually { (try? ask(gateway, "nobodys").status) == 401 }
    }

    @Test func aKeyIsKnownWithoutAReload() async throws {
      let redis = try await RedisServer.start()
      let gateway = try gateway(redis)
      #expect(isConnected(gateway))
      let new = try WeftBinary.run(["key", "new", "--id", "acme", "--plan", "gold", "--redis"])
      let key = try #require(new.errors.firstMatch(of: #/weft_[0-9a-f]{64}/#).map { String($0.0) })
      let words = new.output.split(whereSeparator: \.isWhitespace).map(String.init)
      #expect(words.prefix(1) == ["HSET"])
      await redis.cli(words + ["tenant", "7", "groups", "buyers, partners,", "scopes", "a b"])
      #expect(
        try ask(gateway, key).text
          == #"{"provider":"partners","subject":"acme","plan":"gold","groups":["buyers","partners"],"tenant":"7","scopes":"a b"}"#
      )
      #expect(try (0..<3).map { _ in try ask(gateway, key, "/plan").status } == [200, 200, 429])
      #expect(try ask(gateway, "nobodys")["WWW-Authenticate"]?.contains("invalid_token") == true)
      try gateway.stopInOrder()
      #expect(!gateway.child.errors.text.contains(key))
    }

    @Test func theFileGoesFirst() async throws {
      let redis = try await RedisServer.start()
      let keys = "[{ id: of the file, sha256: \(Self.acme) }]"
      let gateway = try gateway(redis, "keys: keys.yaml, redis: true", prefix: "{my shop}/", keys: keys)
      #expect(isConnected(gateway))
      await redis.cli("HSET", "{my shop}/apikey:\(Self.acme)", "id", "of redis")
      #expect(try ask(gateway, "key-of-acme").text.contains(#""subject":"of the file""#))
      let other = try WeftBinary.run(["key", "new", "--id", "beta", "--redis", "--prefix", "{my shop}/"])
      let reader = try ChildProcess("/usr/bin/redis-cli", ["-s", redis.socket], input: other.output)
      #expect(reader.waitForExit() == 0)
      let key = try #require(other.errors.firstMatch(of: #/weft_[0-9a-f]{64}/#).map { String($0.0) })
      #expect(try ask(gateway, key).text.contains(#""subject":"beta""#))
      try gateway.stopInOrder()
    }

    /// The keys are `1`, `2` and so on.
    @Test func whatIsNoEntryIsRefusedAndToldOf() async throws {
      let redis = try await RedisServer.start()
      let gateway = try gateway(redis)
      #expect(isConnected(gateway))
      let hashes = [
        "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35",
        "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce",
        "4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a",
        "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d",
        "e7f6c011776e8db7cd330b54174fd76f7d0216b612387a5ffcfb81e6f0919683",
      ]
      let entries = [
        ["plan", "s3cret"], ["id", "a", "expires", "s3cret"], ["id", "a", "disabled", "s3cret"],
        ["id", "late", "expires", "2020-02-29"], ["id", "off", "disabled", "true"],
      ]
      for (hash, fields) in zip(hashes, entries) { await redis.cli(["HSET", "weft:apikey:\(hash)"] + fields) }
      await redis.cli("SET", "weft:apikey:\(hashes[5])", "s3cret")
      for number in 1...6 {
        let answer = try ask(gateway, "\(number)")
        #expect(answer.status == 401 && answer.text.contains("the credentials are not valid"), "\(number): \(answer)")
      }
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      for why in [
        "has no `id`", "has an `expires` that is no date such as 2027-12-31",
        "has a `disabled` that is neither true nor false", "is no hash",
      ] {
        #expect(log.contains("refused=auth why=\"the entry of the key \(why)\""), "\(log)")
        #expect(log.contains("\" why=\"\(why)\""), "\(log)")
      }
      #expect(log.matches(of: #/an api key in redis is refused key="weft:apikey:[0-9a-f]{8}…"/#).count == 4, "\(log)")
      #expect(log.contains("the key of late has expired") && log.contains("the key of off is disabled"), "\(log)")
      #expect(!log.contains("s3cret") && !log.contains(hashes[0]) && !log.contains("redis refuses"), "\(log)")
    }

    @Test func whatRedisSaysIsKeptWhileItIsGone() async throws {
      let redis = try await RedisServer.start()
      let gateway = try gateway(redis)
      #expect(isConnected(gateway))
      await redis.cli("HSET", "weft:apikey:\(Self.acme)", "id", "acme")
      #expect(try ask(gateway, "key-of-acme").status == 200)
      redis.kill()
      #expect(try ask(gateway, "key-of-acme").status == 200)
      #expect(try ask(gateway, "nobodys").status == 401)
      let unknown = try ask(gateway, "key-of-beta")
      #expect(unknown.status == 503 && unknown["Retry-After"] == "1" && unknown["WWW-Authenticate"] == nil)
      #expect(try ask(gateway, "key-of-acme").status == 200)
      try await redis.startAgain()
      #expect(eventually { (try? ask(gateway, "key-of-beta").status) == 401 })
      try gateway.stopInOrder()
    }

    @Test func manyOfOneKeyAreOneQuestion() async throws {
      let redis = try await RedisServer.start()
      let gateway = try gateway(redis)
      #expect(isConnected(gateway))
      await redis.cli("HSET", "weft:apikey:\(Self.acme)", "id", "acme")
      await redis.cli("CONFIG", "RESETSTAT")
      let clients = try (0..<64).map { _ in try RawClient(port: gateway.port) }
      for client in clients { try client.send("GET /who", headers: ["X-API-Key: key-of-acme"]) }
      for client in clients { #expect(try client.receive()?.status == 200) }
      #expect(await redis.cli("INFO", "commandstats").contains("cmdstat_hgetall:calls=1,"))
      try gateway.stopInOrder()
    }

    /// A reload that names the provider connects, and one of others keeps what is known.
    @Test func aReloadBringsIt() async throws {
      let redis = try await RedisServer.start()
      let gateway = try gateway(redis, "keys: keys.yaml", keys: "[]")
      await redis.cli("HSET", "weft:apikey:\(Self.acme)", "id", "acme")
      #expect(try ask(gateway, "key-of-acme").status == 401)
      let settings = """
        auth: { partners: { apiKey: { keys: keys.yaml, redis: true } } }
        plans: { gold: { limit: 2/h } }
        redis: { url: "\(redis.url)", timeout: 10s }

        """
      try gateway.write(settings, to: "gateway.yaml")
      #expect(try gateway.reload().text.contains("~ provider partners: apiKey"))
      #expect(eventually { (try? ask(gateway, "key-of-acme").status) == 200 })
      redis.kill()
      try gateway.write(settings + "threads: 1\n", to: "gateway.yaml")
      #expect(try gateway.reload().status == 200)
      #expect(try ask(gateway, "key-of-acme").status == 200)
      try gateway.stopInOrder()
    }
  }
}
