import Logging
import NIOCore
import Plans
import Timing

/// One server, or one place where a server is looked up anew for every connection. Does not ask a server that does not
/// answer. Confined to its event loop.
final class RedisClient: RedisLink {
  /// A command that came while the first connection was being made.
  private struct Early {
    var command: RedisCommand
    var deadline: NIODeadline
    var completion: RedisCompletion
  }

  private static let mostEarly = 256

  private let loop: any EventLoop
  private let connector: RedisConnector
  private let source: any EndpointSource
  private let kept: KeptConnection
  private let counters: CacheCounters
  private let refusals: RefusalWatch
  private let logger: Logger
  private var breaker = RedisBreaker() {
    didSet { isCountedAsDown = isDown }
  }
  private var isCountedAsDown = false {
    didSet {
      guard isCountedAsDown != oldValue else { return }
      if isCountedAsDown { counters.add(.redisLinksDown) } else { counters.subtract(.redisLinksDown) }
      // Not from within a change of state.
      if isCountedAsDown { loop.assumeIsolated().execute { self.onDown?() } }
    }
  }
  private var early: [Early] = []
  /// Why the last attempt to connect failed.
  private var reason = ""

  var onDown: (() -> Void)?
  /// Called after an attempt to connect has failed, or a connection was lost.
  var onLoss: (() -> Void)?

  init(
    loop: any EventLoop, connector: RedisConnector, source: any EndpointSource, counters: CacheCounters,
    refusals: RefusalWatch, logger: Logger
  ) {
    self.loop = loop
    self.connector = connector
    self.source = source
    kept = KeptConnection(loop: loop, connector: connector, source: source)
    self.counters = counters
    self.refusals = refusals
    self.logger = logger
    kept.onChange = { [weak self] in self?.changed($0) }
  }

  var isUsable: Bool {
    switch kept.state {
    case .ready: breaker.isClosed
    case .idle, .connecting: kept.failures == 0
    case .waiting, .stopped: false
    }
  }

  private var isDown: Bool {
    switch kept.state {
    case .idle, .stopped: false
    case .connecting, .waiting: true
    case .ready: !breaker.isClosed
    }
  }

  func start() { kept.start() }

  func stop() { kept.stop() }

  func reconnect() { kept.reconnect() }

  func send(_ command: RedisCommand, within budget: TimeAmount, _ completion: @escaping RedisCompletion) {
    guard isUsable else { return completion(.failure(.unavailable)) }
    if case .ready(let connection, _) = kept.state {
      connection.send(command.bytes, within: budget) { result in
        self.record(result)
        if result.failure?.isReadOnly == true, self.source.mayMove { connection.close() }
        completion(result)
      }
    } else {
      wait(Early(command: command, deadline: .now() + budget, completion: completion), budget)
    }
  }

  private func changed(_ change: KeptConnection.Change) {
    isCountedAsDown = isDown
    switch change {
    case .connecting: break
    case .ready(_, let isBack):
      if isBack { logger.notice("redis is back") }
      refusals.connected()
      breaker.reset()
      sendEarly()
    case .failed(let error, let isFirst):
      tell(error, isFirst)
      counters.add(.redisConnectFailures)
      failEarly()
      onLoss?()
    case .lost:
      logger.warning("redis connection lost")
      counters.add(.redisLosses)
      failEarly()
      onLoss?()
    case .stopped: failEarly()
    }
  }

  /// A reason once in a row of failures, and a server's own words as those of other refusals.
  private func tell(_ error: any Error, _ isFirst: Bool) {
    if let failure = error as? RedisFailure, failure.isAnswer { return refusals.heard(failure, of: .connect) }
    let text = "\(error)"
    if isFirst || text != reason { logger.warning("redis can't be reached", metadata: ["error": "\(text)"]) }
    reason = text
  }

  // MARK: Commands before the first connection

  private func wait(_ one: Early, _ budget: TimeAmount) {
    guard early.count < RedisClient.mostEarly else { return one.completion(.failure(.busy)) }
    kept.start()
    early.append(one)
    loop.assumeIsolated().scheduleTask(deadline: one.deadline) { [weak self] in self?.expireEarly() }
  }

  private func sendEarly() {
    let commands = early
    early = []
    let now = NIODeadline.now()
    for one in commands { send(one.command, within: max(.zero, one.deadline - now), one.completion) }
  }

  private func expireEarly() {
    let now = NIODeadline.now()
    let expired = early.filter { $0.deadline <= now }
    early.removeAll { $0.deadline <= now }
    for one in expired { one.completion(.failure(.timeout)) }
  }

  private func failEarly() {
    let commands = early
    early = []
    for one in commands { one.completion(.failure(.unavailable)) }
  }

  // MARK: Breaker

  private func record(_ result: RedisResult) {
    let timedOut: Bool
    switch result {
    case .failure(.timeout): timedOut = true
    // Its own end is told by `lost`; a refusal is an answer.
    case .failure(.closed), .failure(.busy), .failure(.unavailable): return
    case .success, .failure(.refused), .failure(.unexpected): timedOut = false
    }
    if timedOut { counters.add(.redisTimeouts) }
    if breaker.record(timedOut: timedOut, at: .now()) {
      logger.warning("redis is too slow, and is left alone")
      counters.add(.redisBreakerOpened)
      scheduleProbe()
    }
  }

  private func scheduleProbe() {
    guard case .open(let until) = breaker.state else { return }
    let pause = max(0, Instant.now().duration(to: until).nanoseconds) + 1_000_000
    loop.assumeIsolated().scheduleTask(in: .nanoseconds(pause)) { [weak self] in self?.probe() }
  }

  private func probe() {
    guard case .ready(let connection, _) = kept.state, breaker.beginProbe(at: .now()) else { return }
    let budget = TimeAmount.nanoseconds(connector.settings.commandTimeout.nanoseconds)
    connection.send(RedisCommand(["PING"]).bytes, within: budget) { [weak self] result in
      guard let self else { return }
      let answered = if case .success = result { true } else { false }
      if self.breaker.endProbe(answered: answered, at: .now()) {
        self.logger.notice("redis answers in time again")
      } else {
        self.scheduleProbe()
      }
    }
  }
}
