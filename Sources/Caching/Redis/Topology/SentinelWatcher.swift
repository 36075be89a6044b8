import Logging
import NIOCore
import Plans

/// Listens at a sentinel for the announcement that the master has changed, so that nobody waits for a connection to a
/// dead one to fail. Confined to its event loop, behind calls that may come from anywhere.
final class SentinelWatcher: Sendable {
  private static let channel = "+switch-master"

  private let master: String
  private let subscription: LoopConfined<Subscription>

  init(
    sentinels: [RedisEndpoint], master: String, loop: any EventLoop, connector: RedisConnector, refusals: RefusalWatch,
    logger: Logger
  ) {
    self.master = master
    subscription = LoopConfined(
      Subscription(
        loop: loop, connector: connector, source: RotatingEndpoints(sentinels), channel: SentinelWatcher.channel,
        isSentinel: true, work: .topology, refusals: refusals, logger: logger),
      to: loop)
  }

  /// `body` is called on the loop. To be set before `start`.
  func onSwitch(_ body: @escaping @Sendable () -> Void) {
    subscription.execute { [master] subscription in
      // `NAME OLD-HOST OLD-PORT NEW-HOST NEW-PORT`
      subscription.onMessage = { message in
        if message.split(separator: " ").first.map({ $0 == master }) ?? false { body() }
      }
    }
  }

  func start() { subscription.execute { $0.start() } }

  func stop() { subscription.execute { $0.stop() } }
}
