import NIOCore
import Plans
import Redis
import TestRedis
import Testing
import Timing

@testable import Limiting

/// Where a request counts, and what holds without Redis.
struct LimiterTests {
  private static let nowhere = "redis://127.0.0.1:1"

  @Test func withoutRedisItDecidesAtOnce() throws {
    let limiter = Limiter(local: LocalCounters(), clock: { .epoch })
    let one = request(try limit("1/1h"))
    #expect(limiter.decide(one) { _ in Issue.record("called") }?.outcome == .allowed)
    #expect(limiter.decide(one) { _ in Issue.record("called") }?.outcome == .refused(retryAfter: 3600))
  }

  /// Not by the time at which Redis was asked: a window that others have begun meanwhile would be longer than it is, and
  /// what has run off a bucket since then would run off it twice.
  @Test func itCountsByTheTimeAtWhichRedisHasFailed() async throws {
    let linked = try LinkedLoop(LimiterTests.nowhere)
    let one = request(try limit("1/3s"))
    try await LinkedLoop.stopping([linked]) {
      let outcome = await completion { done in
        linked.link.execute { _ in
          let local = LocalCounters()
          var now = WallTime.epoch
          let link = LateLink {
            now = now + 500
            _ = local.decide(one, at: now)
          }
          let redis = RedisCounters(linked.topology, link: link)
          let decision = Limiter(local: local, redis: redis, clock: { now }).decide(one) { _ in Issue.record("called") }
          done(decision?.outcome)
        }
      }
      #expect(outcome == .refused(retryAfter: 3))
    }
  }

  @Test func eachConductWhileRedisIsGone() async throws {
    let gateway = try TestGateway(LimiterTests.nowhere)
    try await withGateways([gateway]) {
      let local = request(try limit("1/1h", "local"))
      #expect(await gateway.decide(local).remaining == [0])
      let refused = await gateway.decide(local)
      #expect(!refused.isAllowed && refused.redisFailure == .unavailable && refused.fields.count == 3)
      #expect(refused.unasked.isEmpty)
      let allow = request(try limit("1/1h", "allow") { $0.onRedisFailure = .allow })
      for _ in 0..<3 {
        let decision = await gateway.decide(allow)
        #expect(decision.isAllowed && decision.fields.isEmpty && decision.redisFailure == .unavailable)
        #expect(decision.unasked.map(\.name) == ["allow"])
      }
      let deny = request(try limit("1/1h", "deny") { $0.onRedisFailure = .deny })
      let decision = await gateway.decide(deny)
      #expect(decision.outcome == .unavailable && decision.fields.isEmpty)
      #expect(decision.joined(with: refused).unasked.map(\.name) == ["deny"])
    }
  }

  @Test func theStrictestConductCounts() async throws {
    let gateway = try TestGateway(LimiterTests.nowhere)
    let limits = try [LimitConduct.RedisFailure.allow, .local, .deny].map { conduct in
      try limit("1/1h", "\(conduct)") { $0.onRedisFailure = conduct }
    }
    try await withGateways([gateway]) {
      #expect(await gateway.decide(request(limits[0], limits[1])).remaining == [0, 0])
      #expect(!(await gateway.decide(request(limits[0], limits[1])).isAllowed))
      #expect(await gateway.decide(request(limits[0], limits[2])).outcome == .unavailable)
    }
  }

  @Test func aRedisThatIsSlowOrRefusesCountsAsGone() async throws {
    let silent = try await FakeRedis { _ in nil }
    let server = try await RedisServer.start(["--maxmemory", "1", "--maxmemory-policy", "noeviction"])
    let slow = try TestGateway(silent.url) {
      $0.commandTimeout = .milliseconds(20)
      $0.connectTimeout = .milliseconds(20)
    }
    let full = try TestGateway(server.url)
    let one = request(try limit("2/1h"))
    try await withGateways([slow, full]) {
      for gateway in [slow, full] {
        for left in [1, 0] { #expect(await gateway.decide(one).remaining == [left]) }
        let decision = await gateway.decide(one)
        #expect(!decision.isAllowed && decision.redisFailure != nil)
      }
    }
    await silent.stop()
  }

  @Test func redisGoesAndComesBack() async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url)
    let one = request(try limit("9/1h"))
    try await withGateways([gateway]) {
      #expect(await gateway.decide(one).remaining == [8])
      server.kill()
      for left in [8, 7] {
        let decision = await gateway.decide(one)
        #expect(decision.remaining == [left] && decision.redisFailure != nil)
      }
      try await server.startAgain()
      let free = request(try limit("9/1h", "free") { $0.onRedisFailure = .allow })
      // Runs out only where something is wrong.
      var patience = 10_000
      while patience > 0, await gateway.decide(free).redisFailure != nil {
        try await Task.sleep(for: .milliseconds(10))
        patience -= 1
      }
      // The server has come back empty.
      let decision = await gateway.decide(one)
      #expect(decision.remaining == [8] && decision.redisFailure == nil)
    }
  }

  /// What was sent to a Redis that stood still may have been counted, though nobody was let through for it; never the
  /// other way about.
  @Test func aRedisThatStandsStillLetsNoMoreThrough() async throws {
    let server = try await RedisServer.start()
    let gateways = try (0..<2).map { _ in try TestGateway(server.url) { $0.commandTimeout = .milliseconds(500) } }
    let one = request(try limit("300/1h") { $0.onRedisFailure = .deny })
    try await withGateways(gateways) {
      // All of them allowed, but on a machine that is very busy.
      let left = await gateways[0].decide(request(one.counters[0].limit, cost: 100)).isAllowed ? 200 : 300
      server.suspend()
      let counts = await withTaskGroup(of: (allowed: Int, unavailable: Int).self) { group in
        for task in 0..<32 {
          group.addTask {
            var (allowed, unavailable, isRefused) = (0, 0, false)
            // Runs out only where something is wrong.
            while !isRefused, unavailable < 10_000 {
              switch await gateways[task % 2].decide(one).outcome {
              case .allowed: allowed += 1
              case .refused: isRefused = true
              case .unavailable:
                unavailable += 1
                server.resume()
                try? await Task.sleep(for: .milliseconds(5))
              }
            }
            return (allowed, unavailable)
          }
        }
        return await group.reduce(into: (allowed: 0, unavailable: 0)) { sum, part in
          sum = (sum.allowed + part.allowed, sum.unavailable + part.unavailable)
        }
      }
      #expect(counts.unavailable > 0)
      #expect(counts.allowed <= left && counts.allowed + counts.unavailable >= 200)
    }
  }

  @Test func aNonsensicalReplyCountsAsNone() async throws {
    let server = try await FakeRedis { text in text.contains("EVALSHA") ? "*2\r\n:1\r\n:-5\r\n" : "+PONG\r\n" }
    let gateway = try TestGateway(server.url)
    try await withGateways([gateway]) {
      let decision = await gateway.decide(request(try limit("2/1h")))
      #expect(decision.remaining == [1] && decision.redisFailure == .unexpected)
    }
    await server.stop()
  }

  @Test func bothStoresInOneRequest() async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url)
    let shared = try limit("2/1h", "shared")
    let own = try limit("3/1h", "own") { $0.store = .local }
    try await withGateways([gateway]) {
      for _ in 0..<2 { #expect(await gateway.decide(request(shared, own)).isAllowed) }
      // Refused by Redis: nothing is counted here.
      #expect(await gateway.decide(request(shared, own)).standings.map(\.limit.name) == ["shared", "own"])
      #expect(await gateway.decide(request(own, cost: 0)).remaining == [1])
      #expect(await gateway.decide(request(own)).remaining == [0])
      // Refused here: Redis is not asked.
      let refused = await gateway.decide(request(shared, own, by: "a"))
      #expect(refused.standings.map(\.limit.name) == ["own"] && gateway.local.kept == 1)
    }
  }
}

/// *Confined to its event loop.* A Redis that fails after something else has happened.
private final class LateLink: RedisLink {
  let isUsable = true
  var onDown: (() -> Void)?
  private let meanwhile: () -> Void

  init(_ meanwhile: @escaping () -> Void) { self.meanwhile = meanwhile }

  func send(_ command: RedisCommand, within budget: TimeAmount, _ completion: @escaping RedisCompletion) {
    meanwhile()
    completion(.failure(.timeout))
  }

  func start() {}
  func stop() {}
  func reconnect() {}
}
