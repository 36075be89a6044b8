import Logging
import NIOCore
import Timing

/// A connection that listens to one channel, asks by `PING` whether it still lives, and comes back after a loss.
/// Confined to its event loop.
final class Subscription {
  private enum State {
    case idle
    case connecting
    case listening(RedisConnection, since: Instant)
    case waiting(Scheduled<Void>)
    case stopped
  }

  private let loop: any EventLoop
  private let connector: RedisConnector
  private let source: any EndpointSource
  private let channel: String
  private let isSentinel: Bool
  private let heartbeat: TimeAmount
  private let logger: Logger
  private var state = State.idle
  private var backoff = Backoff()

  var onMessage: ((String) -> Void)?
  /// The server has confirmed the subscription.
  var onBegin: (() -> Void)?
  var onLoss: (() -> Void)?

  init(
    loop: any EventLoop, connector: RedisConnector, source: any EndpointSource, channel: String, isSentinel: Bool,
    logger: Logger
  ) {
    self.loop = loop
    self.connector = connector
    self.source = source
    self.channel = channel
    self.isSentinel = isSentinel
    heartbeat = .nanoseconds(connector.settings.heartbeat.nanoseconds)
    self.logger = logger
  }

  func start() {
    guard case .idle = state else { return }
    connect()
  }

  func stop() {
    let old = state
    state = .stopped
    if case .listening(let connection, _) = old { connection.close() }
    if case .waiting(let task) = old { task.cancel() }
    (onMessage, onBegin, onLoss) = (nil, nil, nil)
  }

  func reconnect() {
    backoff.reset()
    switch state {
    case .listening(let connection, _): connection.close()
    case .waiting(let task):
      task.cancel()
      connect()
    case .idle, .connecting, .stopped: break
    }
  }

  private func connect() {
    state = .connecting
    let bound = NIOLoopBound(self, eventLoop: loop)
    let (connector, loop, isSentinel) = (connector, loop, isSentinel)
    source.endpoint(on: loop).flatMap { endpoint in
      connector.connect(to: endpoint, on: loop, isSentinel: isSentinel)
    }.flatMap { connection in
      bound.value.source.verify(connection.value, on: loop).map { connection }
    }.whenComplete { result in
      switch result {
      case .success(let connection): bound.value.subscribe(connection.value)
      case .failure: bound.value.retry()
      }
    }
  }

  private func subscribe(_ connection: RedisConnection) {
    guard case .connecting = state, connection.isOpen else {
      connection.close()
      return retry()
    }
    connection.onPush = { [weak self] reply in self?.take(reply) ?? false }
    let command = RedisCommand(["SUBSCRIBE", .text(channel)])
    connection.send(command.bytes, within: heartbeat * 2) { [weak self, weak connection] result in
      guard let self, let connection else { return }
      guard case .success(.array) = result, case .connecting = self.state, connection.isOpen else {
        connection.close()
        return self.retry()
      }
      self.listening(connection)
    }
  }

  private func listening(_ connection: RedisConnection) {
    state = .listening(connection, since: .now())
    connection.onClose = { [weak self] in self?.lost() }
    onBegin?()
    beat(connection)
  }

  /// A server that hangs keeps its connections open; only its silence tells.
  private func beat(_ connection: RedisConnection) {
    let bound = NIOLoopBound((subscription: self, connection: connection), eventLoop: loop)
    loop.scheduleTask(in: heartbeat) {
      let (subscription, connection) = bound.value
      guard case .listening(let current, _) = subscription.state, current === connection else { return }
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

  private func lost() {
    guard case .listening(_, let since) = state else { return }
    backoff.connectionLasted(since.duration(to: .now()))
    logger.warning("redis subscription lost", metadata: ["channel": "\(channel)"])
    onLoss?()
    retry()
  }

  private func retry() {
    switch state {
    case .stopped, .waiting: return
    case .idle, .connecting, .listening: break
    }
    let pause = backoff.next(chance: .random(in: 0...1))
    state = .waiting(
      loop.assumeIsolated().scheduleTask(in: .nanoseconds(pause.nanoseconds)) { [weak self] in
        guard let self, case .waiting = self.state else { return }
        self.connect()
      })
  }
}
