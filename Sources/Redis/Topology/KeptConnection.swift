import NIOCore
import Resilience
import Timing

/// *Confined to its event loop.* A connection that is made again after a loss, with a pause before each attempt that
/// grows.
///
///     idle ── start ──> connecting ── greeted ──> ready ── closed ──> waiting ── pause ──> connecting
///                       connecting ── failed ──> waiting
final class KeptConnection {
  enum State {
    case idle
    case connecting
    case ready(RedisConnection, since: Instant)
    case waiting(Scheduled<Void>)
    case stopped
  }

  /// A change of state, which is the new one already.
  enum Change {
    case connecting
    /// A connection; `isBack`: there was a failure or a loss before.
    case ready(RedisConnection, isBack: Bool)
    /// An attempt to connect; `isFirst`: of a row.
    case failed(any Error, isFirst: Bool)
    case lost
    case stopped
  }

  private let loop: any EventLoop
  private let connector: RedisConnector
  private let source: any EndpointSource
  private let isSentinel: Bool
  private var backoff = Backoff(first: .milliseconds(50), longest: .seconds(5))
  private(set) var state = State.idle

  var onChange: ((Change) -> Void)?
  /// The test that a fresh connection has to pass before it is ready; it closes those that don't.
  var greet: ((RedisConnection) -> EventLoopFuture<Void>)?

  /// - Parameter isSentinel: what it connects to is no server but a sentinel.
  init(loop: any EventLoop, connector: RedisConnector, source: any EndpointSource, isSentinel: Bool = false) {
    self.loop = loop
    self.connector = connector
    self.source = source
    self.isSentinel = isSentinel
  }

  /// Attempts that failed and connections that did not last, in a row.
  var failures: Int { backoff.failures }

  func start() {
    guard case .idle = state else { return }
    connect()
  }

  func stop() {
    let old = state
    state = .stopped
    switch old {
    case .ready(let connection, _): connection.close()
    case .waiting(let task): task.cancel()
    case .idle, .connecting, .stopped: break
    }
    onChange?(.stopped)
  }

  /// Gives up the present connection, or the present pause.
  func reconnect() {
    backoff.reset()
    switch state {
    case .ready(let connection, _): connection.close()
    case .waiting(let task):
      task.cancel()
      connect()
    case .idle, .connecting, .stopped: break
    }
  }

  private func connect() {
    state = .connecting
    onChange?(.connecting)
    // Without captures that are sent: everything comes back on this loop.
    let bound = NIOLoopBound(self, eventLoop: loop)
    let (connector, loop, isSentinel) = (connector, loop, isSentinel)
    source.endpoint(on: loop).flatMap { endpoint in
      connector.connect(to: endpoint, on: loop, isSentinel: isSentinel)
    }.flatMap { connection in
      bound.value.source.verify(connection.value, on: loop).map { connection }
    }.flatMap { connection in
      (bound.value.greet?(connection.value) ?? loop.makeSucceededVoidFuture()).map { connection }
    }.whenComplete { result in
      switch result {
      case .success(let connection): bound.value.connected(connection.value)
      case .failure(let error): bound.value.failed(error)
      }
    }
  }

  private func connected(_ connection: RedisConnection) {
    guard case .connecting = state, connection.isOpen else {
      connection.close()
      return failed(RedisFailure.closed)
    }
    connection.onClose = { [weak self] in self?.lost() }
    state = .ready(connection, since: .now())
    onChange?(.ready(connection, isBack: failures > 0))
  }

  private func failed(_ error: any Error) {
    guard case .connecting = state else { return }
    let isFirst = failures == 0
    wait()
    onChange?(.failed(error, isFirst: isFirst))
  }

  private func lost() {
    guard case .ready(_, let since) = state else { return }
    backoff.lasted(since.duration(to: .now()))
    wait()
    onChange?(.lost)
  }

  private func wait() {
    let pause = backoff.next(chance: .random(in: 0...1))
    state = .waiting(
      loop.assumeIsolated().scheduleTask(in: .nanoseconds(pause.nanoseconds)) { [weak self] in
        guard let self, case .waiting = self.state else { return }
        self.connect()
      })
  }
}
