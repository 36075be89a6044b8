import Logging
import NIOCore
import Plans
import Synchronization

/// Everything of a cache that is there only with Redis. Immutable.
final class RedisParts: Sendable {
  let levels: [LoopConfined<RedisLevel>]
  let feed: EventFeed
  let stamps: TagStamps
  let refusals: RefusalWatch
  private let running = Atomic<Bool>(false)
  private let watcher: SentinelWatcher?

  init(
    _ settings: RedisSettings, loops: [any EventLoop], memory: MemoryStore, log: PurgeLog, flights: FlightTable,
    counters: CacheCounters, clock: @escaping @Sendable () -> WallTime, logger: Logger
  ) throws {
    let redisClock = RedisClock(local: clock)
    let connector = try RedisConnector(settings)
    let keys = RedisKeys(prefix: settings.prefix)
    let stamps = TagStamps()
    let source = RedisTopology.source(settings, connector)
    self.stamps = stamps
    let refusals = RefusalWatch(logger: logger)
    self.refusals = refusals
    let storeBudget = TimeAmount.nanoseconds(settings.commandTimeout.nanoseconds) * 4
    levels = loops.map { loop in
      let link = RedisTopology.link(
        settings, loop: loop, connector: connector, source: source, counters: counters, refusals: refusals,
        logger: logger)
      // Who waits for another gateway's fetch would not hear of its end.
      link.onDown = { flights.heardOfAll() }
      return LoopConfined(
        RedisLevel(
          link: link, keys: keys, stamps: stamps, log: log, counters: counters, clock: redisClock,
          refusals: refusals, storeBudget: storeBudget),
        to: loop)
    }
    feed = EventFeed(
      loop: loops[0], connector: connector, source: source, channel: keys.channel, refusals: refusals,
      logger: logger,
      handlers: RedisParts.handlers(memory: memory, log: log, flights: flights, stamps: stamps, counters: counters))
    watcher = RedisTopology.watcher(
      settings, loop: loops[0], connector: connector, refusals: refusals, logger: logger)
    watcher?.onSwitch { [weak self] in self?.reconnect() }
  }

  /// Whether an entry is about to be stored in Redis, as far as is known.
  func takes(_ entry: CacheEntry) -> Bool {
    isRunning && entry.began != .unknown && entry.body.readableBytes < RedisLevel.mostBytes && !refusals.refuses(.write)
  }

  /// False before `start` and after `stop`, when the loops may be gone.
  var isRunning: Bool { running.load(ordering: .acquiring) }

  func start() {
    running.store(true, ordering: .releasing)
    feed.start()
    watcher?.start()
    for level in levels { level.execute { $0.link.start() } }
  }

  func stop() {
    running.store(false, ordering: .releasing)
    feed.stop()
    watcher?.stop()
    for level in levels { level.execute { $0.link.stop() } }
  }

  private func reconnect() {
    feed.reconnect()
    for level in levels { level.execute { $0.link.reconnect() } }
  }

  private static func handlers(
    memory: MemoryStore, log: PurgeLog, flights: FlightTable, stamps: TagStamps, counters: CacheCounters
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
