import Logging
import NIOCore
import Plans

/// *Immutable.* The servers that the settings describe, and what all connections to them share. Makes the ways there: a
/// link for commands, a subscription to a channel.
package final class RedisTopology: Sendable {
  package let settings: RedisSettings
  package let refusals: RefusalWatch
  package let figures = RedisFigures()
  let connector: RedisConnector
  let source: any EndpointSource
  let logger: Logger
  let report: @Sendable (RedisEvent) -> Void

  /// - Parameter report: called on the event loop where it happens, within the turn.
  /// - Throws: where a file of the TLS settings can't be read.
  package init(_ settings: RedisSettings, logger: Logger, report: @escaping @Sendable (RedisEvent) -> Void) throws {
    self.settings = settings
    self.logger = logger
    self.report = report
    refusals = RefusalWatch(logger: logger)
    connector = try RedisConnector(settings)
    source =
      switch settings.topology {
      case .single(let endpoint): FixedEndpoint(endpoint: endpoint)
      case .cluster(let endpoints): RotatingEndpoints(endpoints)
      case .sentinel(let sentinels, let master):
        SentinelSource(sentinels: sentinels, master: master, connector: connector)
      }
  }

  /// Makes a link that is used on `loop` from now on. It connects at `start`, or at its first command.
  package func link(on loop: any EventLoop) -> any RedisLink {
    switch settings.topology {
    case .single, .sentinel: RedisClient(self, source, loop: loop)
    case .cluster(let seeds): RedisCluster(self, seeds: seeds, loop: loop)
    }
  }

  /// Makes a subscription that is used on `loop` from now on. It connects at `start`.
  package func subscription(to channel: String, on loop: any EventLoop) -> Subscription {
    Subscription(self, to: channel, at: source, isSentinel: false, loop: loop)
  }

  /// Makes a subscription to a sentinel's announcements that the master has changed, so that nobody waits for a
  /// connection to a dead one to fail; `nil` where there are no sentinels. `body` is called on `loop`.
  package func watch(on loop: any EventLoop, _ body: @escaping @Sendable () -> Void) -> LoopConfined<Subscription>? {
    guard case .sentinel(let sentinels, let master) = settings.topology else { return nil }
    let subscription = Subscription(
      self, to: "+switch-master", at: RotatingEndpoints(sentinels), isSentinel: true, loop: loop)
    // `NAME OLD-HOST OLD-PORT NEW-HOST NEW-PORT`
    subscription.onMessage = { if $0.prefix(while: { $0 != " " }) == master { body() } }
    return LoopConfined(subscription, to: loop)
  }
}

/// An event of a link's connections, for whoever counts it. The log has lines of its own.
package enum RedisEvent: Hashable, Sendable {
  /// A command had no reply in its time.
  case timeout
  /// A server was too slow, and is left alone.
  case breakerOpened
  case connectFailure
  /// A connection that was ready has ended.
  case loss
  /// A server can't be asked: it is not connected, or left alone. Each is followed by one `up`, which a link that is
  /// stopped tells as well.
  case down
  case up
}

/// *Confined to its event loop*, apart from `execute`. Holds what is made before its loop runs it, and from then on is
/// used on that loop only; checked at every use. Unchecked, since the one hand-over, from its maker to the loop, is not
/// seen by the compiler.
package struct LoopConfined<Value>: @unchecked Sendable {
  private let loop: any EventLoop
  private let confined: Value

  /// `value` must not be used by its maker any more.
  package init(_ value: Value, to loop: any EventLoop) {
    confined = value
    self.loop = loop
  }

  package var value: Value {
    loop.preconditionInEventLoop()
    return confined
  }

  /// What is made of it for the same loop, before that runs it.
  package func map<Made>(_ make: (Value) -> Made) -> LoopConfined<Made> { LoopConfined<Made>(make(confined), to: loop) }

  /// Runs `body` later, on the loop; from anywhere.
  package func execute(_ body: @escaping @Sendable (Value) -> Void) {
    loop.execute { body(value) }
  }
}
