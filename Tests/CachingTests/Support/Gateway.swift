import Logging
import NIOCore
import NIOPosix
import Plans
import TestRedis
import Timing

@testable import Caching

/// One gateway's cache with its loops, as another process would have it. Fetches answer with what the test says.
final class Gateway: Sendable {
  let cache: CompositeCache
  let group: MultiThreadedEventLoopGroup

  init(
    _ redis: RedisSettings?, memoryBytes: Int = 16 * 1024 * 1024, mostRefreshes: Int = 64, clockLead: Duration = .zero,
    log: RecordedLog? = nil
  ) throws {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    var settings = CacheSettings()
    settings.memoryBytes = memoryBytes
    settings.redis = redis
    settings.mostRefreshes = mostRefreshes
    let loops = Array(group.makeIterator())
    cache = try CompositeCache(
      settings, loops: loops, logger: log?.logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      clock: { WallTime.now() + clockLead })
    cache.start()
  }

  /// - Parameter change: of the settings, which are patient.
  convenience init(
    _ url: String, memoryBytes: Int = 16 * 1024 * 1024, clockLead: Duration = .zero, log: RecordedLog? = nil,
    _ change: (inout RedisSettings) -> Void = { _ in }
  ) throws {
    try self.init(RedisSettings.patient(url, change), memoryBytes: memoryBytes, clockLead: clockLead, log: log)
  }

  static let rules = CacheRules(CacheLifetime(ttl: .seconds(60)))

  static func request(
    _ key: CacheKey, rules: CacheRules = rules, fetchTimeout: Duration = .seconds(20), waitTimeout: Duration? = nil,
    isReload: Bool = false
  ) -> CacheRequest {
    CacheRequest(
      key: key, route: CacheTag(route: "things"), rules: rules, fetchTimeout: fetchTimeout, waitTimeout: waitTimeout,
      isReload: isReload)
  }

  static func draft(_ body: String, tags: [CacheTag] = [], status: Int = 200, isPartial: Bool = false) -> CacheDraft {
    CacheDraft(status: status, headers: [], body: ByteBuffer(string: body), tags: tags, isPartial: isPartial)
  }

  func ask(_ request: CacheRequest, onLoop index: Int = 0) async -> CacheFinding {
    if !request.isReload, let hit = cache.hit(request.key) { return .hit(hit) }
    return await completion { done in cache.resolve(request, onLoop: index, done) }
  }

  func ask(_ key: CacheKey, onLoop index: Int = 0) async -> CacheFinding {
    await ask(Gateway.request(key), onLoop: index)
  }

  /// The way a request goes: a hit, or a fetch that gives `body`.
  @discardableResult
  func get(_ key: CacheKey, orMake body: String, tags: [CacheTag] = [], onLoop index: Int = 0) async -> CacheHit {
    switch await ask(key, onLoop: index) {
    case .hit(let hit): return hit
    case .fetch(let ticket): return ticket.finish(Gateway.draft(body, tags: tags))
    }
  }

  /// Waits until the subscription lives, and both loops are connected.
  func isConnected() async -> Bool {
    await eventually { self.cache.health == .connected }
  }

  /// Whether what one stores can be read back from Redis by all who ask, so that the second level works.
  func storesAgain(_ server: RedisServer) async -> Bool {
    var number = 900_000
    return await eventually {
      number += 1
      await self.get(Sample.key(number), orMake: "x", onLoop: number % 2)
      return await server.cli("EXISTS", Sample.name(of: Sample.key(number))) == "1"
    }
  }

  func stop() async {
    cache.stop()
    try? await group.shutdownGracefully()
  }
}

extension CacheHit {
  var text: String { String(buffer: entry.body) }
}

extension CacheFinding {
  var hit: CacheHit? {
    if case .hit(let hit) = self { hit } else { nil }
  }

  var ticket: FetchTicket? {
    if case .fetch(let ticket) = self { ticket } else { nil }
  }
}

/// Waits for a condition that has to come, for so long that only a fault makes it false.
func eventually(_ condition: () async -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + .seconds(180)
  while ContinuousClock.now < deadline {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return await condition()
}
