import Locking
import NIOCore
import NIOPosix
import Plans
import Redis
import TestRedis
import Testing

@testable import Idempotency

/// *Immutable*, and its keys confined to its loop: what one gateway knows of a real Redis, with a link of its own.
private final class TestGateway: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let link: LoopConfined<any RedisLink>
  private let keys: LoopConfined<RedisKeys>
  private let claims: LoopConfined<Claims>
  let local = LocalKeys(capacity: 1 << 20)
  let figures = IdempotencyFigures()

  /// So patient that a busy machine is not taken for a failing Redis.
  init(_ url: String) throws {
    var settings = try RedisURL(url).settings
    settings.commandTimeout = .seconds(60)
    settings.connectTimeout = .seconds(60)
    settings.hangTimeout = .seconds(120)
    let topology = try RedisTopology(settings, logger: quietLogger) { _ in }
    let loop = group.next()
    let link = topology.link(on: loop)
    let keys = RedisKeys(topology, link: link)
    self.link = LoopConfined(link, to: loop)
    self.keys = LoopConfined(keys, to: loop)
    claims = LoopConfined(
      Claims(loop: loop, local: local, redis: keys, figures: figures, logger: quietLogger), to: loop)
  }

  func claim(_ request: KeyedRequest, _ token: String) async -> Result<KeyState, RedisFailure> {
    await result { gateway, completion in
      gateway.keys.execute { $0.claim(request, token: token, lease: .seconds(30), completion) }
    }
  }

  func keep(_ answer: KeptAnswer, of request: KeyedRequest, _ token: String) async -> RedisFailure? {
    await result { gateway, completion in
      gateway.keys.execute { keys in
        guard let stored = answer.stored else { return completion(.unexpected) }
        keys.keep(stored, of: request, token: token, ttl: .hours(24), completion)
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
    await result { gateway, completion in
      gateway.claims.execute { claims in
        var plan = IdempotencyPlan()
        plan.onRedisFailure = onRedisFailure
        let told: (ClaimResult) -> Void = { result in
          switch result {
          case .begun(let claim):
            claim.keep(answer("done"))
            completion("begun")
          case .kept: completion("kept")
          case .unavailable: completion("unavailable")
          default: completion("else")
          }
        }
        if let result = claims.claim(request, plan, isAwaited: { true }, told) { told(result) }
      }
    }
  }

  /// Handed over under a lock: the thread sanitizer does not see that a continuation hands anything over where it is
  /// resumed before it is awaited.
  private func result<Value: Sendable>(
    _ body: (TestGateway, @escaping @Sendable (Value) -> Void) -> Void
  ) async -> Value {
    let given = Given<Value>()
    await withCheckedContinuation { continuation in
      body(self) { value in
        given.value.withLock { $0 = value }
        continuation.resume()
      }
    }
    return given.value.withLock { $0! }
  }

  func stop() async {
    link.execute { $0.stop() }
    try? await group.shutdownGracefully()
  }
}

/// *Guarded by its lock.*
private final class Given<Value: Sendable>: Sendable {
  let value = Locked<Value?>(nil)
}

/// Keys in a real Redis, as two gateways see them.
@Suite struct RedisKeysTests {
  private func withGateways(_ body: (RedisServer, TestGateway, TestGateway) async throws -> Void) async throws {
    let server = try await RedisServer.start()
    let (one, two) = (try TestGateway(server.url), try TestGateway(server.url))
    let result: Result<Void, any Error>
    do { result = .success(try await body(server, one, two)) } catch { result = .failure(error) }
    await one.stop()
    await two.stop()
    try result.get()
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
