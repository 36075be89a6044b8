import Plans
import Testing

@testable import Definitions

/// What `limit` and `redis` mean.
@Suite struct LimitDecodingTests {
  private func plan(_ files: KeyValuePairs<String, String>) throws -> GatewayPlan {
    try DefinitionLoader.load(files: files.map { ($0.key, $0.value) }, environment: ["RATE": "7/m"]).get().plan
  }

  private func limits(_ route: String, _ method: String = "GET") throws -> [LimitPlan] {
    try plan(["a.yaml": "routes:\n  \(method) /r: { \(route) }\n"]).routes[0].policies.limits?.own ?? []
  }

  @Test func aRateIsALimitByAddress() throws {
    let short = try limits("limit: 100/15m, response: 1")
    let long = try limits("limit: { rate: 100/15m }, response: 1")
    for limits in [short, long] {
      #expect(limits.count == 1 && limits[0].isPlain && limits[0].name == "GET /r")
      #expect(limits[0].written == "100/15m by ${client.ip}" && limits[0].place == .head)
      #expect(limits[0].conduct == LimitConduct() && limits[0].ipv6Prefix == 64)
    }
  }

  @Test func allKeysAreTaken() throws {
    let keys =
      "rate: 10/s, burst: 20, by: \"${query.k}\", name: n, cost: 2, headers: false, store: local, onRedisFailure: deny, "
      + "ipv6Prefix: 48"
    let limit = try limits("limit: { \(keys) }, response: 1")[0]
    #expect(limit.written == "10/1s+20 by ${query.k}, at 2" && limit.name == "n" && limit.ipv6Prefix == 48)
    let conduct = limit.conduct
    #expect(conduct.headers == .off && conduct.store == .local && conduct.onRedisFailure == .deny)
  }

  @Test func aRateOfTheEnvironmentIsKnownAtLoad() throws {
    #expect(try limits("limit: \"${env.RATE}\", response: 1").map(\.written) == ["7/1m by ${client.ip}"])
    let computed = try limits("limit: \"${query.r || env.RATE}\", response: 1")[0]
    #expect(!computed.isPlain && computed.env.count == 1)
  }

  @Test func whatALimitReadsIsItsPlace() throws {
    let places = try limits(
      "limit: [1/s, { rate: 1/s, cost: \"${length(body.x)}\" }, { rate: \"${headers.x}\" }], response: 1", "POST"
    ).map(\.place)
    #expect(places == [.head, .body, .head])
  }

  @Test func namesAreThoseOfTheLevels() throws {
    let plan = try plan([
      "gateway.yaml": "defaults: { limit: 1/h }\n",
      "a.yaml":
        "prefix: /p\nhosts: [a.example]\ndefaults: { limit: [2/h, base] }\nroutes:\n"
        + "  GET /own: { limit: [3/h, base], response: 1 }\n  GET /file: { response: 1 }\n"
        + "  GET /none: { limit: none, response: 1 }\n",
      "b.yaml": "routes: { GET /b: { response: 1 } }\n",
    ])
    func names(_ index: Int) -> [String] { plan.routes[index].policies.limits?.own.map(\.name) ?? [] }
    #expect(names(0) == ["GET /p/own a.example", "a defaults", "defaults"])
    #expect(names(1) == ["a defaults", "defaults"] && names(2) == [] && names(3) == ["defaults"])
    // What is one limit is one counter.
    #expect(plan.routes[0].policies.reads(beside: RequestReads()) == RequestReads())
  }

  @Test func oneRedisServesBoth() throws {
    let routes = "routes: { GET /a: { limit: 1/s, response: 1 } }\n"
    func process(_ redis: String) throws -> ProcessPlan {
      try plan(["gateway.yaml": "redis: \(redis)\n", "a.yaml": routes]).process
    }
    let one = try process("redis://one")
    #expect(one.state == .withCache && one.stateRedis == one.cache.redis && one.stateRedis != nil)
    let two = try process("{ cache: redis://one, state: { url: redis://two, timeout: 20ms } }")
    #expect(two.cache.redis == one.cache.redis && two.stateRedis?.commandTimeout == .milliseconds(20))
    let cache = try process("{ cache: redis://one }")
    #expect(cache.cache.redis != nil && cache.stateRedis == nil)
    let state = try process("{ state: redis://two }")
    #expect(state.cache.redis == nil && state.stateRedis != nil)
  }
}
