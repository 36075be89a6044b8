import Logging
import NIOCore
import Plans
import Redis
import Timing

/// The cache of one process: a memory level for all loops, one link to Redis per event loop, one subscription, one
/// table of fetches under way. Immutable; its parts guard themselves.
///
/// A request asks `hit` first, on its own thread and without waiting; what is not there goes to its loop's
/// `CacheLoop.resolve`.
package final class CompositeCache: Sendable {
  /// Entries with more tags are not stored.
  package static let mostTags = CachePlan.mostTags

  package let counters = CacheCounters()
  package let memory: MemoryStore
  let log = PurgeLog()
  let flights: FlightTable
  let clock: @Sendable () -> WallTime
  let loops: [any EventLoop]
  let redis: RedisParts?
  let commandBudget: TimeAmount

  /// - Parameters:
  ///   - loops: the front loops; a `CacheLoop` is made for each.
  ///   - clock: the wall clock, or a test's.
  /// - Throws: where a file of the TLS settings can't be read.
  package init(
    _ settings: CacheSettings, loops: [any EventLoop], logger: Logger,
    clock: @escaping @Sendable () -> WallTime = { WallTime.now() }
  ) throws {
    self.loops = loops
    self.clock = clock
    let memory = MemoryStore(capacity: settings.memoryBytes, log: log)
    let flights = FlightTable(mostRefreshes: settings.mostRefreshes)
    let (log, counters) = (log, counters)
    self.memory = memory
    self.flights = flights
    commandBudget = .nanoseconds(settings.redis?.commandTimeout.nanoseconds ?? 0)
    redis = try settings.redis.map { redis in
      try RedisParts(
        redis, loops: loops, memory: memory, log: log, flights: flights, counters: counters, clock: clock,
        logger: logger)
    }
  }

  /// Connects; does not wait for it.
  package func start() {
    redis?.start()
  }

  /// Ends all connections. Answers go on from memory, and by fetching.
  package func stop() {
    redis?.stop()
  }

  /// The face for one event loop. Cheap to make; confined to that loop.
  package func loop(_ index: Int) -> CacheLoop {
    CacheLoop(cache: self, index: index)
  }

  /// Returns what memory holds, if it may be served. On any thread, in well under a microsecond.
  package func hit(_ key: CacheKey) -> CacheHit? {
    let now = clock()
    return memory.find(key, at: now).flatMap { CacheHit(found: $0, at: now) }
  }

  /// Whether the second level is there and answers; for health reports.
  package var health: CacheHealth {
    guard let redis else { return .memoryOnly }
    let isWhole = redis.feed.isLive && counters[.redisLinksDown] == 0 && !redis.refusals.isRefusing
    return isWhole ? .connected : .degraded
  }

  /// What became of commands to Redis; `nil` without one.
  package var redisFigures: RedisFigures? { redis?.figures }

  /// What Redis says to something that it refuses; `nil` where it refuses nothing.
  package var refusal: String? { redis?.refusals.words }

  /// Into memory; but not where Redis answers, yet other gateways' purges are not heard, so that Redis is asked each
  /// time. Where Redis does not answer either, nothing better is to be had.
  /// - Returns: whether it is kept.
  @discardableResult
  func keep(_ entry: CacheEntry, for key: CacheKey, since position: PurgeLog.Position) -> Bool {
    guard redis?.feed.isLive ?? true || entry.began == .unknown else { return false }
    return memory.insert(entry, for: key, since: position)
  }

  /// Ends a flight with what `position`, of the purge log, is the beginning of. Who began to wait only after a purge of
  /// it is not given it.
  func end(_ flight: Flight, with hit: CacheHit, isKept: Bool, since position: PurgeLog.Position) {
    for waiter in flights.end(flight, isKept: isKept) {
      let isVoid = log.voids(hit.entry, flight.key, since: position, until: waiter.position)
      waiter.settle(isVoid ? .again : .hit(hit))
    }
  }

  /// Runs `body` on a loop with its second level; here, with none, where there is none or it has been stopped.
  func onLoop(_ index: Int, _ body: @escaping @Sendable (RedisLevel?) -> Void) {
    guard let redis, redis.isRunning else { return body(nil) }
    let loop = loops[index]
    if loop.inEventLoop {
      body(redis.levels[index].value)
    } else {
      loop.execute { body(redis.levels[index].value) }
    }
  }
}

/// The state of the cache.
package enum CacheHealth: String, Sendable {
  /// No Redis is configured.
  case memoryOnly
  case connected
  /// Redis is configured, but it refuses, or for some loop it is not connected or too slow, or what other gateways say
  /// is not heard: memory and fetching do what it can't.
  case degraded
}
