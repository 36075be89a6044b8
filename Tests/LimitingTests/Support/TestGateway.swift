import NIOCore
import Plans
import Redis
import TestRedis
import Timing

@testable import Limiting

/// *Immutable*, and its limiter confined to its loop. What counts in one gateway.
final class TestGateway: Sendable {
  let local = LocalCounters()
  fileprivate let linked: LinkedLoop
  private let limiter: LoopConfined<Limiter>

  init(_ url: String, _ change: (inout RedisSettings) -> Void = { _ in }) throws {
    let linked = try LinkedLoop(url, change)
    limiter = linked.link.map { [local] link in
      Limiter(local: local, redis: RedisCounters(linked.topology, link: link))
    }
    self.linked = linked
  }

  func decide(_ request: LimitRequest) async -> LimitDecision {
    await completion { done in
      limiter.execute { limiter in
        var isInside = true
        let decision = limiter.decide(request) { decision in
          precondition(!isInside)
          done(decision)
        }
        isInside = false
        if let decision { done(decision) }
      }
    }
  }

  /// What the script replies to a request.
  func reply(_ request: LimitRequest, at now: WallTime = .now()) async -> RedisResult {
    let keys = request.counters.map { RedisArgument.text("test:" + $0.key.hex) }
    let arguments = request.counters.flatMap { $0.limit.rule.arguments($0.amount, at: now) }
    return await completion { done in
      linked.link.execute { $0.run(LimitScript.count, keys: keys, arguments, within: .seconds(60), done) }
    }
  }
}

/// Runs a test with gateways that are stopped after it.
func withGateways(_ gateways: [TestGateway], _ body: () async throws -> Void) async throws {
  try await LinkedLoop.stopping(gateways.map(\.linked), after: body)
}
