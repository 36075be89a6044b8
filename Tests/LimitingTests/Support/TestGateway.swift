import Locking
import Logging
import NIOCore
import NIOPosix
import Plans
import Redis
import TestRedis
import Timing

@testable import Limiting

/// *Immutable*, and its limiter confined to its loop. What counts in one gateway, with a loop and a link to Redis of its
/// own, as another process would have it.
final class TestGateway: Sendable {
  let local = LocalCounters()
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let link: LoopConfined<any RedisLink>
  private let limiter: LoopConfined<Limiter>

  /// So patient that a busy machine is not taken for a failing Redis, but for what `change` says.
  init(_ url: String, _ change: (inout RedisSettings) -> Void = { _ in }) throws {
    var settings = try RedisURL(url).settings
    settings.commandTimeout = .seconds(60)
    settings.connectTimeout = .seconds(60)
    settings.hangTimeout = .seconds(120)
    change(&settings)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let topology = try RedisTopology(settings, logger: logger) { _ in }
    let loop = group.next()
    let link = topology.link(on: loop)
    limiter = LoopConfined(Limiter(local: local, redis: RedisCounters(topology, link: link)), to: loop)
    self.link = LoopConfined(link, to: loop)
  }

  func decide(_ request: LimitRequest) async -> LimitDecision {
    await result { gateway, completion in
      gateway.limiter.execute { limiter in
        var isInside = true
        let decision = limiter.decide(request) { decision in
          precondition(!isInside)
          completion(decision)
        }
        isInside = false
        if let decision { completion(decision) }
      }
    }
  }

  /// What the script replies to a request.
  func reply(_ request: LimitRequest, at now: WallTime = .now()) async -> RedisResult {
    let keys = request.counters.map { RedisArgument.text("test:" + $0.key.hex) }
    let arguments = request.counters.flatMap { $0.limit.rule.arguments($0.amount, at: now) }
    return await result { gateway, completion in
      gateway.link.execute {
        $0.run(LimitScript.count, keys: keys, arguments, within: .seconds(60), completion)
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

/// Runs a test with gateways that are stopped after it.
func withGateways(_ gateways: [TestGateway], _ body: () async throws -> Void) async throws {
  let result: Result<Void, any Error>
  do { result = .success(try await body()) } catch { result = .failure(error) }
  for gateway in gateways { await gateway.stop() }
  try result.get()
}
