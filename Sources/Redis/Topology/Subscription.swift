import NIOCore
import Timing

/// *Confined to its event loop.* A connection that listens to one channel and asks by `PING` whether it still lives.
package final class Subscription {
  private let topology: RedisTopology
  private let channel: String
  private let work: Refusals.Work
  private let loop: any EventLoop
  private let kept: KeptConnection
  private let heartbeat: TimeAmount

  /// Called with the text of each message.
  package var onMessage: ((String) -> Void)?
  /// Called when the server has confirmed the subscription: no message is missed from now on.
  package var onBegin: (() -> Void)?
  /// Called when the subscription has ended: messages may be missed up to the next `onBegin`.
  package var onLoss: (() -> Void)?

  init(
    _ topology: RedisTopology, to channel: String, at source: any EndpointSource, isSentinel: Bool,
    loop: any EventLoop
  ) {
    self.topology = topology
    self.channel = channel
    work = isSentinel ? .topology : .subscribe
    self.loop = loop
    kept = KeptConnection(loop: loop, connector: topology.connector, source: source, isSentinel: isSentinel)
    heartbeat = .nanoseconds(topology.settings.heartbeat.nanoseconds)
    kept.greet = { [weak self] connection in
      self?.subscribe(connection) ?? loop.makeFailedFuture(RedisFailure.closed)
    }
    kept.onChange = { [weak self] in self?.changed($0) }
  }

  package func start() { kept.start() }

  /// Ends the connection; nothing is called any more.
  package func stop() {
    (onMessage, onBegin, onLoss) = (nil, nil, nil)
    kept.stop()
  }

  /// Gives the present connection up: the servers have changed.
  package func reconnect() { kept.reconnect() }

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
      topology.refusals.done(work)
      onBegin?()
      beat(connection)
    case .lost:
      topology.logger.warning("redis subscription lost", metadata: ["channel": "\(channel)"])
      onLoss?()
    case .failed(let error, _):
      if let failure = error as? RedisFailure { topology.refusals.heard(failure, of: work) }
    case .connecting, .stopped: break
    }
  }

  /// Asks for a sign of life: a server that hangs keeps its connections open, and only its silence tells.
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
