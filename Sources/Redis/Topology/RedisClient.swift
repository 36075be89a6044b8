import Logging
import NIOCore
import Plans
import Resilience
import Timing

/// *Confined to its event loop.* One server, or one place where a server is looked up anew for every connection. Does
/// not ask a server that does not answer in time.
final class RedisClient: RedisLink {
  /// A command that came while the first connection was being made.
  private struct Early {
    var command: RedisCommand
    var deadline: NIODeadline
    var completion: RedisCompletion
  }

  private static let mostEarly = 256

  private let topology: RedisTopology
  private let source: any EndpointSource
  private let loop: any EventLoop
  private let kept: KeptConnection
  private var breaker = Breaker.redis()
  private var isToldDown = false
  private var early: [Early] = []
  /// The reason why the last attempt to connect failed.
  private var reason = ""

  var onDown: (() -> Void)?
  /// Called after an attempt to connect has failed, or a connection was lost.
  var onLoss: (() -> Void)?

  init(_ topology: RedisTopology, _ source: any EndpointSource, loop: any EventLoop) {
    self.topology = topology
    self.source = source
    self.loop = loop
    kept = KeptConnection(loop: loop, connector: topology.connector, source: source)
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
    guard isUsable else { return fail(completion, .unavailable) }
    if case .ready(let connection, _) = kept.state {
      let ticket = breaker.ticket
      let begun = Instant.now()
      connection.send(command.bytes, within: budget) { result in
        self.record(result, ticket)
        self.topology.figures.times.add(begun.duration(to: .now()).nanoseconds)
        self.topology.figures.note(result)
        if result.failure?.isReadOnly == true, self.source.mayMove { connection.close() }
        completion(result)
      }
    } else {
      wait(Early(command: command, deadline: .now() + budget, completion: completion), budget)
    }
  }

  private func changed(_ change: KeptConnection.Change) {
    if case .ready = change { breaker.reset() }
    tellWhetherDown()
    switch change {
    case .connecting: break
    case .ready(_, let isBack):
      if isBack { topology.logger.notice("redis is back") }
      topology.refusals.connected()
      sendEarly()
    case .failed(let error, let isFirst):
      tell(error, isFirst)
      topology.report(.connectFailure)
      failEarly()
      onLoss?()
    case .lost:
      topology.logger.warning("redis connection lost")
      topology.report(.loss)
      failEarly()
      onLoss?()
    case .stopped: failEarly()
    }
  }

  private func tellWhetherDown() {
    guard isDown != isToldDown else { return }
    isToldDown.toggle()
    topology.report(isToldDown ? .down : .up)
    // Not from within a change of state.
    if isToldDown { loop.assumeIsolated().execute { self.onDown?() } }
  }

  /// Tells a reason once in a row of failures, and a server's own words as those of other refusals.
  private func tell(_ error: any Error, _ isFirst: Bool) {
    if let failure = error as? RedisFailure, failure.isReply { return topology.refusals.heard(failure, of: .connect) }
    let text = "\(error)"
    if isFirst || text != reason { topology.logger.warning("redis can't be reached", metadata: ["error": "\(text)"]) }
    reason = text
  }

  // MARK: Commands before the first connection

  private func wait(_ one: Early, _ budget: TimeAmount) {
    guard early.count < RedisClient.mostEarly else { return fail(one.completion, .busy) }
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
    for one in expired { fail(one.completion, .timeout) }
  }

  private func failEarly() {
    let commands = early
    early = []
    for one in commands { fail(one.completion, .unavailable) }
  }

  /// What was never sent.
  private func fail(_ completion: RedisCompletion, _ failure: RedisFailure) {
    topology.figures.note(.failure(failure))
    completion(.failure(failure))
  }

  // MARK: Breaker

  private func record(_ result: RedisResult, _ ticket: Breaker.Ticket) {
    switch result {
    // Its own end is told by `changed`.
    case .failure(.closed), .failure(.busy), .failure(.unavailable): return
    // A refusal is an answer.
    case .success, .failure(.refused), .failure(.unexpected): breaker.record(.good, ticket, at: .now())
    case .failure(.timeout):
      topology.report(.timeout)
      breaker.record(.bad, ticket, at: .now())
      guard let pause = breaker.takeChange()?.openFor else { return }
      tellWhetherDown()
      topology.logger.warning("redis is too slow, and is left alone")
      topology.report(.breakerOpened)
      probe(after: pause)
    }
  }

  private func probe(after pause: Duration) {
    let pause = pause + .milliseconds(1)
    loop.assumeIsolated().scheduleTask(in: .nanoseconds(pause.nanoseconds)) { [weak self] in self?.probe() }
  }

  /// Sends the probe, unless the breaker is another connection's by now.
  private func probe() {
    guard case .ready(let connection, _) = kept.state, !breaker.isClosed,
      case .admitted(let ticket) = breaker.admit(at: .now())
    else { return }
    let budget = TimeAmount.nanoseconds(topology.settings.commandTimeout.nanoseconds)
    connection.send(RedisCommand(["PING"]).bytes, within: budget) { [weak self] result in
      guard let self else { return }
      self.breaker.record(result.success == nil ? .bad : .good, ticket, at: .now())
      guard let change = self.breaker.takeChange() else { return }
      self.tellWhetherDown()
      if let pause = change.openFor { return self.probe(after: pause) }
      self.topology.logger.notice("redis answers in time again")
    }
  }
}

extension Breaker {
  /// The breaker of a server of Redis. It opens where half of the last results, and at least five, were timeouts: for
  /// 250 ms, and for longer each time, up to 5 s, while the server answers no probe, or probes but not the commands after
  /// them. As many good results as the window holds end that.
  static func redis() -> Breaker {
    Breaker(
      window: .results(16), pauses: Backoff(first: .milliseconds(250), longest: .seconds(5)), leastFailures: 5,
      leastGood: 16)
  }
}
