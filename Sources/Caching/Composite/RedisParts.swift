import Logging
import NIOCore
import Plans
import Redis
import Synchronization
import Timing

/// *Immutable.* Everything of a cache that is there only with Redis.
final class RedisParts: Sendable {
  let levels: [LoopConfined<RedisLevel>]
  let feed: EventFeed
  let stamps: TagStamps
  let refusals: RefusalWatch
  let figures: RedisFigures
  private let running = Atomic<Bool>(false)
  private let watcher: LoopConfined<Subscription>?

  init(
    _ settings: RedisSettings, loops: [any EventLoop], memory: MemoryStore, log: PurgeLog, flights: FlightTable,
    counters: CacheCounters, clock: @escaping @Sendable () -> WallTime, logger: Logger
  ) throws {
    let topology = try RedisTopology(settings, logger: logger) { counters.count($0) }
    let redisClock = RedisClock(local: clock)
    let keys = RedisKeys(prefix: settings.prefix)
    let stamps = TagStamps()
    self.stamps = stamps
    refusals = topology.refusals
    figures = topology.figures
    let storeBudget = TimeAmount.nanoseconds((settings.commandTimeout * 4).nanoseconds)
    levels = loops.map { loop in
      let link = topology.link(on: loop)
      // Who waits for another gateway's fetch would not hear of its end.
      link.onDown = { flights.heardOfAll() }
      return LoopConfined(
        RedisLevel(
          link: link, keys: keys, stamps: stamps, log: log, counters: counters, clock: redisClock,
          refusals: topology.refusals, storeBudget: storeBudget),
        to: loop)
    }
    feed = EventFeed(
      topology, channel: keys.channel, loop: loops[0],
      handlers: RedisParts.handlers(memory: memory, flights: flights, stamps: stamps, counters: counters))
    watcher = topology.watch(on: loops[0]) { [feed, levels] in
      feed.reconnect()
      for level in levels { level.execute { $0.link.reconnect() } }
    }
  }

  /// Tells whether an entry is about to be stored in Redis, as far as is known.
  func takes(_ entry: CacheEntry) -> Bool {
    isRunning && entry.began != .unknown && entry.body.readableBytes < RedisLevel.mostBytes && !refusals.refuses(.write)
  }

  /// Whether it runs: false before `start` and after `stop`, when the loops may be gone.
  var isRunning: Bool { running.load(ordering: .acquiring) }

  func start() {
    running.store(true, ordering: .releasing)
    feed.start()
    watcher?.execute { $0.start() }
    for level in levels { level.execute { $0.link.start() } }
  }

  func stop() {
    running.store(false, ordering: .releasing)
    feed.stop()
    watcher?.execute { $0.stop() }
    for level in levels { level.execute { $0.link.stop() } }
  }

  private static func handlers(
    memory: MemoryStore, flights: FlightTable, stamps: TagStamps, counters: CacheCounters
  ) -> EventFeed.Handlers {
    EventFeed.Handlers(
      received: { event in
        switch event {
        case .stored(let key, let stamp):
          memory.removeOlder(than: stamp, key)
          flights.heard(of: key)
        case .released(let key):
          flights.heard(of: key)
        case .purged(let purge, let stamp):
          counters.add(.purges)
          // The log first: see `TagStamps.remember` and `MemoryStore.insert`.
          memory.purge(purge)
          purge.tag.map { stamps.purged($0, stamp) }
        }
      },
      began: {
        // Purges may have been missed since the start, or since the last loss.
        memory.drop()
        stamps.turn(on: true)
      },
      lost: {
        counters.add(.subscriptionLosses)
        stamps.turn(on: false)
        memory.drop()
        flights.heardOfAll()
      })
  }
}

extension Purge {
  /// The one whose mark in Redis stands for it.
  fileprivate var tag: CacheTag? {
    switch self {
    case .all: .all
    case .route(let tag), .tag(let tag): tag
    case .key: nil
    }
  }
}

extension CacheCounters {
  /// Counts what has happened to a connection to Redis.
  fileprivate func count(_ event: RedisEvent) {
    switch event {
    case .timeout: add(.redisTimeouts)
    case .breakerOpened: add(.redisBreakerOpened)
    case .connectFailure: add(.redisConnectFailures)
    case .loss: add(.redisLosses)
    case .down: add(.redisLinksDown)
    case .up: subtract(.redisLinksDown)
    }
  }
}
