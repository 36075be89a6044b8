import NIOCore
import Redis
import Synchronization

/// *Confined to one event loop*, apart from `isLive`. The subscription by which this process hears of other gateways'
/// stores and purges. One per process.
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

  init(_ topology: RedisTopology, channel: String, loop: any EventLoop, handlers: Handlers) {
    let subscription = topology.subscription(to: channel, on: loop)
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
