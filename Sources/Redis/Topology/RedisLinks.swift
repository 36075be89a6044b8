import Locking
import Logging
import NIOCore
import Plans
import Synchronization

/// *Immutable*, but for what it counts, which guards itself. A link to the same servers for each event loop, for all
/// that keeps there what must not be lost.
package final class RedisLinks: Sendable {
  package let topology: RedisTopology
  /// In the order of the loops.
  package let links: [LoopConfined<any RedisLink>]
  private let loops: [any EventLoop]
  private let events: RedisEventCounts
  private let isStopped = Atomic(false)
  private let watcher: LoopConfined<Subscription>?

  /// Between two questions to a server that does not answer at the start.
  private static let evictionPause = TimeAmount.seconds(10)

  /// - Throws: where a file of the TLS settings can't be read.
  package init(_ settings: RedisSettings, loops: [any EventLoop], logger: Logger) throws {
    let events = RedisEventCounts()
    self.events = events
    self.loops = loops
    let topology = try RedisTopology(settings, logger: logger) { events.add($0) }
    self.topology = topology
    let links = loops.map { LoopConfined(topology.link(on: $0), to: $0) }
    self.links = links
    watcher = topology.watch(on: loops[0]) { for link in links { link.execute { $0.reconnect() } } }
  }

  /// Connects; does not wait for it.
  package func start() {
    watcher?.execute { $0.start() }
    for link in links { link.execute { $0.start() } }
    learnEviction()
  }

  package func stop() {
    isStopped.store(true, ordering: .relaxed)
    watcher?.execute { $0.stop() }
    for link in links { link.execute { $0.stop() } }
  }

  /// The number of such events since the start.
  package func count(of event: RedisEvent) -> Int { events[event] }

  /// The links that are down now.
  package var linksDown: Int { events.linksDown }

  // MARK: Eviction

  /// Has the log told, once, where the server may throw out what is kept: as soon as it can be asked.
  private func learnEviction() {
    let budget = topology.settings.connectTimeout + topology.settings.commandTimeout
    links[0].execute { link in
      guard !self.isStopped.load(ordering: .relaxed) else { return }
      link.send(RedisCommand(["INFO", "memory"]), within: .nanoseconds(budget.nanoseconds)) { result in
        if case .failure(let failure) = result, !failure.isReply {
          self.loops[0].scheduleTask(in: Self.evictionPause) { self.learnEviction() }
        } else if let policy = result.success?.string.flatMap({ Self.evictionPolicy($0) }) {
          self.topology.logger.warning(
            "redis may evict counters: set noeviction, or write redis.state",
            metadata: ["maxmemory-policy": "\(policy)"])
        }
      }
    }
  }

  /// The policy by which a server with this `INFO` would evict; `nil`: it would not.
  static func evictionPolicy(_ info: String) -> String? {
    let fields = info.split(whereSeparator: \.isNewline).map { $0.split(separator: ":", maxSplits: 1) }
    func value(_ name: String) -> Substring? { fields.first { $0.count == 2 && $0[0] == name }?[1] }
    guard let policy = value("maxmemory_policy"), policy != "noeviction", value("maxmemory") != "0" else { return nil }
    return String(policy)
  }
}

/// *Guarded by its lock.* How often each event was.
private final class RedisEventCounts: Sendable {
  private let counts = Locked<[RedisEvent: Int]>([:])

  func add(_ event: RedisEvent) { counts.withLock { $0[event, default: 0] += 1 } }

  subscript(event: RedisEvent) -> Int { counts.withLock { $0[event] ?? 0 } }

  /// Of one moment: a link that comes back meanwhile is not counted twice.
  var linksDown: Int { counts.withLock { ($0[.down] ?? 0) - ($0[.up] ?? 0) } }
}
