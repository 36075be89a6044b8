import Logging
import NIOCore
import Timing

/// A connection that listens to one channel and asks by `PING` whether it still lives. Confined to its event loop.
final class Subscription {
  private let loop: any EventLoop
  private let kept: KeptConnection
  private let channel: String
  private let heartbeat: TimeAmount
  private let work: Refusals.Work
  private let refusals: RefusalWatch
  private let logger: Logger

  var onMessage: ((String) -> Void)?
  /// The server has confirmed the subscription.
  var onBegin: (() -> Void)?
  var onLoss: (() -> Void)?

  init(
    loop: any EventLoop, connector: RedisConnector, source: any EndpointSource, channel: String, isSentinel: Bool,
    work: Refusals.Work, refusals: RefusalWatch, logger: Logger
  ) {
    self.loop = loop
    kept = KeptConnection(loop: loop, connector: connector, source: source, isSentinel: isSentinel)
    self.channel = channel
    heartbeat = .nanoseconds(connector.settings.heartbeat.nanoseconds)
    self.work = work
    self.refusals = refusals
    self.logger = logger
    kept.greet = { [weak self] connection in
      self?.subscribe(connection) ?? loop.makeFailedFuture(RedisFailure.closed)
    }
    kept.onChange = { [weak self] in self?.changed($0) }
  }

  func start() { kept.start() }

  func stop() {
    (onMessage, onBegin, onLoss) = (nil, nil, nil)
    kept.stop()
  }

  func reconnect() { kept.reconnect() }

  private func subscribe(_ connection: RedisConnection) -> EventLoopFuture<Void> {
    connection.onPush = { [weak self] reply in self?.take(reply) ?? false }
    let promise = loop.makePromise(of: Void.self)
    connection.send(RedisCommand(["SUBSCRIBE", .text(channel)]).bytes, within: heartbeat * 2) { result in
      if case .success(.array) = result { return promise.succeed() }
      connection.close()
      promise.fail(result.failure ?? .unexpected)
    }
    return promise.futureResult
  }

  private func changed(_ change: KeptConnection.Change) {
    switch change {
    case .ready(let connection, _):
      refusals.done(work)
      onBegin?()
      beat(connection)
    case .lost:
      logger.warning("redis subscription lost", metadata: ["channel": "\(channel)"])
      onLoss?()
    case .failed(let error, _):
      if let failure = error as? RedisFailure { refusals.heard(failure, of: work) }
    case .connecting, .stopped: break
    }
  }

  /// A server that hangs keeps its connections open; only its silence tells.
  private func beat(_ connection: RedisConnection) {
    let bound = NIOLoopBound((subscription: self, connection: connection), eventLoop: loop)
    loop.scheduleTask(in: heartbeat) {
      let (subscription, connection) = bound.value
      guard case .ready(let current, _) = subscription.kept.state, current === connection else { return }
      connection.send(RedisCommand(["PING"]).bytes, within: subscription.heartbeat) { result in
        guard case .success = result else { return connection.close() }
        subscription.beat(connection)
      }
    }
  }

  private func take(_ reply: RedisReply) -> Bool {
    guard let parts = reply.elements, parts.count == 3, parts[0].string == "message" else { return false }
    if let message = parts[2].string { onMessage?(message) }
    return true
  }
}
