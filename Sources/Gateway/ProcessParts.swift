import Front
import Idempotency
import Identity
import Limiting
import Logging
import NIOPosix
import Observing
import Plans
import Policies
import Reactor
import Synchronization
import Timing
import Transfers
import Upstream
import Watching

/// The parts that live once in the process, whatever its definitions say: threads, backends, descriptors, log.
/// *Immutable*; its parts guard themselves.
struct ProcessParts: Sendable {
  let frontLoops: MultiThreadedEventLoopGroup
  let transfers: TransferPool
  let backends: BackendPool
  /// The keys of tokens that are fetched.
  let keys: PublishedKeysPool
  let passwords: PasswordChecks
  let state = GatewayState()
  let writes = WritesUnderWay()
  /// What limits have counted here, whatever definitions and Redis there are.
  let counters: LocalCounters
  let limitFigures = LimitFigures()
  let policyLog: PolicyLog
  /// What is known here of requests with keys, likewise.
  let claimedKeys: LocalKeys
  let claimFigures = IdempotencyFigures()
  let inspections: InspectionThreads
  /// Who hears of each request in the end, beside the log.
  let observers: [any RequestObservers]
  /// One of them.
  let requests: RequestCounters
  let lag: LoopLag
  let accessFiles = AccessFiles()
  let recorder: (any ResponseRecorder)?
  /// What the admin page tells of requests.
  let watches = RequestWatches()
  let begun = Instant.now()
  let spans: SpanExporter
  let logger: Logger
  /// Descriptors that the process may have, and those that it had before it served.
  private let descriptors: (limit: Int, open: Int)

  /// Threads start at once.
  /// - Parameter recorder: hears of all that backends respond.
  init(_ plan: ProcessPlan, recorder: (any ResponseRecorder)? = nil) {
    self.recorder = recorder
    let logger = ProcessLog.logger(level: plan.logLevel)
    let limit = DescriptorBudget.raisedLimit()
    let threads = plan.threads ?? min(AvailableProcessors.count, ProcessPlan.mostThreads)
    frontLoops = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    transfers = TransferPool(count: threads)
    requests = RequestCounters(loops: threads)
    observers = [requests, watches]
    lag = LoopLag(fronts: Array(frontLoops.makeIterator()), transfers: transfers.loops.map(\.reactor))
    let tokens = AccessTokenFetch(loop: transfers.loops[0], logger: logger)
    backends = BackendPool(loops: transfers.loops, tokens: tokens) { $0.note(in: logger) }
    keys = PublishedKeysPool(by: KeyFetch(loop: transfers.loops[0], backends: backends, logger: logger))
    spans = SpanExporter(loop: transfers.loops[0], backends: backends, logger: logger)
    passwords = PasswordChecks(processors: AvailableProcessors.count)
    inspections = InspectionThreads(count: threads)
    descriptors = (limit, DescriptorBudget.openCount)
    counters = LocalCounters(capacity: plan.limits.counters)
    policyLog = PolicyLog(logger)
    claimedKeys = LocalKeys(capacity: plan.limits.idempotencyBytes)
    self.logger = logger
  }

  func budget(_ plan: ProcessPlan) -> DescriptorBudget {
    DescriptorBudget(limit: descriptors.limit, open: descriptors.open, connections: plan.limits.connections)
  }

  func serverSettings(_ plan: ProcessPlan) -> ServerSettings {
    let budget = budget(plan)
    var settings = ServerSettings(plan, logger: logger, accessLog: accessFiles.writer ?? ProcessLog.writer)
    settings.limits.connections = budget.connections
    settings.mostRefusals = budget.refusals
    settings.observers = observers + (plan.tracing.map { [TraceObservers($0, plan.log.redact, spans)] } ?? [])
    return settings
  }

  /// Takes over what a plan says of the process as a whole; listeners take theirs over by `serverSettings`.
  func apply(_ plan: ProcessPlan) {
    ProcessLog.set(level: plan.logLevel)
    ProcessLog.set(plan.log.format)
    accessFiles.writer?.set(LogFormat(plan.log.format))
    writes.bound(by: plan.writes)
    watches.slowFrom = plan.log.slow ?? RequestWatches.defaultSlowFrom
    spans.apply(plan.tracing)
    transfers.bound(connections: budget(plan).backendConnections)
  }

  /// The process before this one serves as long: with the keys of tokens, or after ten seconds without.
  func waitForKeys() async {
    let deadline = Instant.now().advanced(by: .seconds(10))
    while !keys.wereFetched, Instant.now() < deadline { try? await Task.sleep(for: .milliseconds(20)) }
  }

  func stop() async {
    transfers.stop()
    accessFiles.writer?.flush()
    try? await frontLoops.shutdownGracefully()
  }
}

/// The state that readiness depends on. *Guarded by* being atomic.
final class GatewayState: Sendable {
  private let draining = Atomic(false)
  private let keys = Atomic(false)
  private let handedOver = Atomic(false)

  /// The keys of tokens were there once. Those that a reload adds don't take a gateway that serves out of its duty.
  @discardableResult
  func hadKeys(_ wereFetched: @autoclosure () -> Bool) -> Bool {
    if keys.load(ordering: .relaxed) { return true }
    guard wereFetched() else { return false }
    keys.store(true, ordering: .relaxed)
    return true
  }

  /// Another process serves in place of this one.
  var isHandedOver: Bool { handedOver.load(ordering: .relaxed) }

  func handOver() { handedOver.store(true, ordering: .relaxed) }

  var isDraining: Bool { draining.load(ordering: .relaxed) }

  func beginDraining() {
    draining.store(true, ordering: .relaxed)
  }
}

/// The transfer loops, one for each front loop. *Immutable*; each loop is confined to its own thread.
struct TransferPool {
  let loops: [TransferLoop]

  /// Threads start at once.
  init(count: Int) {
    loops = (0..<count).map { index in
      let reactor = Reactor(name: "transfer-\(index)")
      let loop = TransferLoop(reactor: reactor)
      reactor.start()
      return loop
    }
  }

  /// Bounds open connections to backends, over all loops.
  func bound(connections: Int) {
    for loop in loops { loop.bound(connections: max(1, connections / loops.count)) }
  }

  /// Ends what is in flight as cancelled and joins the threads.
  func stop() {
    for loop in loops { loop.shutdown() }
    for loop in loops { loop.reactor.stop() }
  }
}
