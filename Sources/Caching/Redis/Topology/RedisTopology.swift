import Logging
import NIOCore
import Plans

/// Builds the way to Redis that the settings describe.
enum RedisTopology {
  static func source(_ settings: RedisSettings, _ connector: RedisConnector) -> any EndpointSource {
    switch settings.topology {
    case .single(let endpoint): FixedEndpoint(endpoint: endpoint)
    case .cluster(let endpoints): RotatingEndpoints(endpoints)
    case .sentinel(let sentinels, let master):
      SentinelSource(sentinels: sentinels, master: master, connector: connector)
    }
  }

  static func link(
    _ settings: RedisSettings, loop: any EventLoop, connector: RedisConnector, source: any EndpointSource,
    counters: CacheCounters, refusals: RefusalWatch, logger: Logger
  ) -> any RedisLink {
    switch settings.topology {
    case .single, .sentinel:
      RedisClient(
        loop: loop, connector: connector, source: source, counters: counters, refusals: refusals, logger: logger)
    case .cluster(let seeds):
      RedisCluster(
        seeds: seeds, loop: loop, connector: connector, source: source as? RotatingEndpoints, counters: counters,
        refusals: refusals, logger: logger)
    }
  }

  static func watcher(
    _ settings: RedisSettings, loop: any EventLoop, connector: RedisConnector, refusals: RefusalWatch, logger: Logger
  ) -> SentinelWatcher? {
    guard case .sentinel(let sentinels, let master) = settings.topology else { return nil }
    return SentinelWatcher(
      sentinels: sentinels, master: master, loop: loop, connector: connector, refusals: refusals, logger: logger)
  }
}
