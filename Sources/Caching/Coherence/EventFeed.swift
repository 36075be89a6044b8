import Logging
import NIOCore
import Synchronization
import Timing

/// The subscription by which this process hears of other gateways' stores and purges. One per process, confined to one
/// event loop; `isLive` may be read anywhere.
final class EventFeed: Sendable {
  /// Called on the feed's loop.
  struct Handlers: Sendable {
    var received: @Sendable (CacheEvent) -> Void
    /// Purges may have been missed up to now; from now on none is.
    var began: @Sendable () -> Void
    var lost: @Sendable () -> Void
  }

  private let live = Atomic<Bool>(false)
  private let subscription: LoopConfined<Subscription>

  init(
    loop: any EventLoop, connector: RedisConnector, source: any EndpointSource, channel: String,
    refusals: RefusalWatch, logger: Logger, handlers: Handlers
  ) {
    let subscription = Subscription(
      loop: loop, connector: connector, source: source, channel: channel, isSentinel: false,
      work: .subscribe, refusals: refusals, logger: logger)
    self.subscription = LoopConfined(subscription, to: loop)
    subscription.onMessage = { message in CacheEvent(message).map(handlers.received) }
    subscription.onBegin = { [weak self] in
      // What was filled while nothing was heard goes before anybody may rely on the feed.
      handlers.began()
      self?.live.store(true, ordering: .releasing)
    }
    subscription.onLoss = { [weak self] in
      self?.live.store(false, ordering: .releasing)
      handlers.lost()
    }
  }

  /// Whether whatever other gateways say is heard now.
  var isLive: Bool { live.load(ordering: .acquiring) }

  func start() { subscription.execute { $0.start() } }

  func stop() { subscription.execute { $0.stop() } }

  /// The servers have changed.
  func reconnect() { subscription.execute { $0.reconnect() } }
}
