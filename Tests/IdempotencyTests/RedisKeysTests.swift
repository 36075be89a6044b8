import NIOCore
import Plans
import Redis
import TestRedis
import Testing

@testable import Idempotency

/// *Immutable*, and its keys confined to its loop: what one gateway knows of a real Redis.
private final class TestGateway: Sendable {
  let linked: LinkedLoop
  private let keys: LoopConfined<RedisKeys>
  private let claims: LoopConfined<Claims>
  let local = LocalKeys(capacity: 1 << 20)
  let figures = IdempotencyFigures()

  init(_ url: String) throws {
    let linked = try LinkedLoop(url)
    let keys = linked.link.map { RedisKeys(linked.topology, link: $0) }
    claims = keys.map { [local, figures] keys in
      Claims(loop: linked.loop, local: local, redis: keys, figures: figures, logger: quietLogger)
    }
    self.keys = keys
    self.linked = linked
  }

  func claim(_ request: KeyedRequest, _ token: String) async -> Result<KeyState, RedisFailure> {
    await completion { done in
      keys.execute { $0.claim(request, token: token, lease: .seconds(30), done) }
    }
  }

  func keep(_ answer: KeptAnswer, of request: KeyedRequest, _ token: String) async -> RedisFailure? {
    await completion { done in
      keys.execute { keys in
        guard let stored = answer.stored else { return done(.unexpected) }
        keys.keep(stored, of: request, token: token, ttl: .hours(24), done)
      }
    }
  }

  /// What is sent before is done when something later is.
  func release(_ request: KeyedRequest, _ token: String) { keys.execute { $0.release(request, token: token) } }

  func renew(_ request: KeyedRequest, _ token: String) {
    keys.execute { $0.renew(request, token: token, lease: .seconds(600)) }
  }

  /// Of a request that is begun nobody speaks any more.
  func ask(_ request: KeyedRequest, _ onRedisFailure: IdempotencyPlan.RedisFailure) async -> String {
    await completion { done in
      claims.execute { claims in
        var plan = IdempotencyPlan()
        plan.onRedisFailure = onRedisFailure
        let told: (ClaimResult) -> Void = { result in
          switch result {
          case .begun(let claim):
            claim.keep(answer("done"))
            done("begun")
          case .kept: done("kept")
          case .unavailable: done("unavailable")
          default: done("else")
          }
        }
        if let result = claims.claim(request, plan, isAwaited: { true }, told) { told(result) }
      }
    }
  }
}

/// Keys in a real Redis, as two gateways see them.
@Suite struct RedisKeysTests {
  private func withGateways(_ body: (RedisServer, TestGateway, TestGateway) async throws -> Void) async throws {
    let server = try await RedisServer.start()
    // A script that the server does not know yet is sent twice, and what is sent after it overtakes it.
    for script in [KeyScripts.claim, KeyScripts.renew, KeyScripts.keep, KeyScripts.release] {
      await server.cli("SCRIPT", "LOAD", script.source)
    }
    let (one, two) = (try TestGateway(server.url), try TestGateway(server.url))
    try await LinkedLoop.stopping([one.linked, two.linked]) { try await body(server, one, two) }
  }

  private func key(_ text: String) -> String { "weft:idempotency:\(hash(text).hex)" }

  @Test func theFirstRunsAndItsAnswerIsGivenAgain() async throws {
    try await withGateways { server, one, two in
      #expect(await one.claim(request("k"), "1") == .success(.begun))
      #expect(await two.claim(request("k"), "2") == .success(.running))
      #expect(await two.claim(request("k", "POST /b"), "2") == .success(.other))
      let lease = try #require(Int(await server.cli("PTTL", key("k")).filter(\.isNumber)))
      #expect(lease > 0 && lease <= 30_000)
      let sample = answer("\0done\r\n", status: 422, ["X-A": "\u{E9}"])
      #expect(await one.keep(sample, of: request("k"), "1") == nil)
      #expect(await two.claim(request("k"), "2") == .success(.kept(sample)))
      #expect(await two.claim(request("k", "POST /b"), "2") == .success(.other))
      let life = try #require(Int(await server.cli("PTTL", key("k")).filter(\.isNumber)))
      #expect(life > 86_000_000 && life <= 86_400_000)
    }
  }

  @Test func whatIsGivenBackIsFree() async throws {
    try await withGateways { server, one, two in
      #expect(await one.claim(request("k"), "1") == .success(.begun))
      two.release(request("k"), "2")
      #expect(await two.claim(request("k"), "2") == .success(.running))
      one.release(request("k"), "1")
      #expect(await one.claim(request("k"), "3") == .success(.begun))
      #expect(await one.keep(answer("done"), of: request("k"), "3") == nil)
      // What is kept is not given back, and lives no shorter for a word that comes late.
      one.release(request("k"), "3")
      one.renew(request("k"), "3")
      #expect(await one.claim(request("k"), "4") == .success(.kept(answer("done"))))
      #expect(Int(await server.cli("PTTL", key("k")).filter(\.isNumber)) ?? 0 > 86_000_000)
    }
  }

  /// The lease of a gateway that has died ends; if it was only slow, what it says then does not count.
  @Test func aLeaseEndsUnlessItIsRenewed() async throws {
    try await withGateways { server, one, two in
      #expect(await one.claim(request("k"), "1") == .success(.begun))
      one.renew(request("k"), "1")
      #expect(await one.claim(request("x"), "1") == .success(.begun))
      #expect(Int(await server.cli("PTTL", key("k")).filter(\.isNumber)) ?? 0 > 500_000)
      await server.cli("DEL", key("k"))
      #expect(await two.claim(request("k"), "2") == .success(.begun))
      one.renew(request("k"), "1")
      one.release(request("k"), "1")
      #expect(await one.keep(answer("late"), of: request("k"), "1") == nil)
      #expect(await one.claim(request("k"), "3") == .success(.running))
      #expect(await two.keep(answer("second"), of: request("k"), "2") == nil)
      #expect(await one.claim(request("k"), "3") == .success(.kept(answer("second"))))
    }
  }

  /// A Redis that was emptied learns anew of what runs.
  @Test func whatRedisHasForgottenIsClaimedAnew() async throws {
    try await withGateways { server, one, two in
      #expect(await one.claim(request("k"), "1") == .success(.begun))
      await server.cli("FLUSHALL")
      one.renew(request("k"), "1")
      #expect(await one.claim(request("x"), "1") == .success(.begun))
      #expect(await two.claim(request("k"), "2") == .success(.running))
    }
  }

  /// Neither the key, nor whose it is, nor what was asked is kept, and what is none of ours is replaced.
  @Test func onlyHashesAreKept() async throws {
    try await withGateways { server, one, _ in
      await server.cli("SET", key("k"), "foreign")
      #expect(await one.claim(request("k", "secret"), "1") == .success(.begun))
      #expect(await server.cli("KEYS", "*").contains(key("k")))
      let fields = await server.cli("HGETALL", key("k"))
      #expect(fields.contains(hash("secret").hex) && !fields.contains("secret\n"))
      await server.cli("HSET", key("k"), "answer", "garbage")
      #expect(await one.claim(request("k", "secret"), "2") == .failure(.unexpected))
    }
  }

  /// What was begun while Redis was gone is known here when it is back.
  @Test func withoutRedis() async throws {
    try await withGateways { server, one, _ in
      #expect(await one.ask(request("before"), .deny) == "begun")
      server.kill()
      #expect(await one.ask(request("k"), .deny) == "unavailable")
      #expect(await one.ask(request("k"), .local) == "begun")
      #expect(await one.ask(request("k"), .local) == "kept")
      #expect(one.figures[.withoutRedis] == 2)
    }
  }
}
