import Caching
import Dispatch
import Front
import HTTP1
import Idempotency
import Identity
import Limiting
import Logging
import Messages
import NIOCore
import Plans
import Policies
import Reactor
import Scripts
import Timing
import Transfers
import Upstream

/// Runs tests of definitions: the gateway's own stack over backends that scripts play, by a clock that goes on only where
/// all wait for it. *Confined to* the thread that it is used on; one at a time in a process, whose clock it sets.
///
///     request ─> stages ─> composing ─> upstream ─> transfers ─> script
///        all on one thread: turns of the front loop and of the reactor, then the clock
package final class Rehearsal {
  /// The longest that writes and refreshes behind an answer may go on before the next step, by the set clock.
  private static let longestTail: Duration = .seconds(60)
  /// The longest that a request may take, by the set clock.
  private static let longestRequest: Duration = .seconds(7200)
  /// How long a thread is waited for at once, and how often, by the machine's clock: half a minute in all.
  private static let slice: DispatchTimeInterval = .milliseconds(5)
  private static let mostSlices = 6000

  package let plan: GatewayPlan
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let passwords = PasswordChecks(processors: 2, patience: .seconds(30))
  private let inspections = InspectionThreads(count: 1)

  package init(_ plan: GatewayPlan) {
    self.plan = plan.rehearsed
  }

  /// Runs one test, from an empty cache and counters at zero.
  package func run(_ test: TestCase) -> [StepOutcome] {
    StandingClock.start(at: WallTime(milliseconds: test.time))
    defer { StandingClock.end() }
    let stage = RehearsalStage(self, test)
    defer { stage.end() }
    return test.steps.map { stage.run($0) }
  }

  /// What one test runs on. *Confined to* the rehearsal's thread.
  private final class RehearsalStage {
    private let network: RehearsedNetwork
    private let reactor = Reactor(name: "test")
    private let transfers: TransferLoop
    private let loop = TurnLoop()
    private let front: FrontLoop
    private let given = GivenIdentity()
    private let writes = WritesUnderWay()
    private let settings: ServerSettings

    init(_ rehearsal: Rehearsal, _ test: TestCase) {
      let (plan, logger) = (rehearsal.plan, rehearsal.logger)
      network = RehearsedNetwork(test.backends)
      transfers = TransferLoop(reactor: reactor, script: network)
      reactor.beginTurns()
      writes.bound(by: plan.process.writes)
      let tokens = RehearsedTokens(base: AccessTokenFetch(loop: transfers, logger: logger), network: network)
      let pool = BackendPool(loops: [], tokens: tokens) { _ in }
      let backends = Backends(plan.backends, from: pool)
      network.name(backends.origins)
      let client = UpstreamClient(backends: backends, loop: transfers)
      let keys = KeyFetch(loop: transfers, backends: pool, logger: logger)
      let published = PublishedKeysPool(by: RehearsedKeys(base: keys, network: network))
      let (given, loops) = (given, [loop])
      let providers = Providers(
        plan.providers, passwords: rehearsal.passwords, apiKeys: nil,
        published: { published[$0.resolved(among: plan.backends)] },
        inquiry: { BackendInquiry($0, plan.backends, clients: [client]) },
        substitute: { RehearsedProvider(base: $0, given: given) })
      // Without Redis there is nothing that it could throw for.
      let cache = plan.keepsAnything ? try? CompositeCache(plan.process.cache, loops: loops, logger: logger) : nil
      let stack = Stack(
        plan: plan, clients: [client], cache: cache,
        limiters: Limiters(
          loops: loops, local: LocalCounters(capacity: plan.process.limits.counters), figures: LimitFigures()),
        policyLog: PolicyLog(logger),
        claims: ClaimLoops(
          loops: loops, local: LocalKeys(capacity: plan.process.limits.idempotencyBytes), figures: IdempotencyFigures(),
          logger: logger),
        logger: logger, writes: writes, providers: providers, inspections: rehearsal.inspections)
      settings = ServerSettings(plan.process, logger: logger, accessLog: nil)
      front = FrontLoop(
        index: 0, eventLoop: loop, site: Site(stack), settings: settings, scheme: "http",
        load: ServerLoad(settings.limits))
    }

    func run(_ step: TestStep) -> StepOutcome {
      network.begin(step.backends)
      if step.wait > .zero { wait(step.wait) }
      guard let request = step.request else { return StepOutcome(requests: network.requests) }
      given.identity = request.identity
      let begun = Instant.now()
      let client = RehearsalClient()
      let incoming: IncomingRequest
      do throws(RequestFault) {
        incoming = try IncomingRequest.assumed(
          method: request.method, target: request.path, host: "localhost", headers: request.headers, body: nil,
          captures: [], address: request.address.flatMap { IPAddress($0) }, trusted: settings.trustedProxies)
      } catch {
        return StepOutcome(fault: error)
      }
      incoming.bodyLength = request.body.map { .known($0.count) } ?? .none
      let exchange = client.send(incoming, body: request.body, on: front)
      let limit = begun.advanced(by: Rehearsal.longestRequest)
      let isAnswered = turn(until: limit, orWaiting: true) { client.isOver }
      let elapsed = begun.duration(to: .now())
      if !isAnswered {
        exchange.cutOff(status: nil, bytes: 0)
        exchange.abandon()
        exchange.leave()
      }
      // What goes on behind the answer is part of the step.
      let tail = Instant.now().advanced(by: Rehearsal.longestTail)
      _ = turn(until: tail) { [self] in transfers.currentTransferCount == 0 && !writes.isThere }
      return StepOutcome(client, elapsed: elapsed, requests: network.requests, isAnswered: isAnswered)
    }

    func end() {
      loop.end()
      reactor.endTurns()
    }

    // MARK: Time

    private func wait(_ time: Duration) {
      let end = Instant.now().advanced(by: time)
      _ = turn(until: end) { false }
      StandingClock.advance(to: end)
      _ = turn(until: end) { [self] in loop.next > end }
    }

    /// Takes turns until `isDone`, or until only what is later than `limit` is left. True: it is done.
    /// - Parameter isWaited: something is to come, be it from a thread that nobody counts.
    private func turn(until limit: Instant, orWaiting isWaited: Bool = false, _ isDone: () -> Bool) -> Bool {
      var slices = 0
      while true {
        // In this order: what those threads have handed on is taken in this turn.
        let isOutside = OutsideWork.isThere
        let hasRun = loop.takeTurn()
        let next = reactor.takeTurn()
        if isDone() { return true }
        if hasRun || next <= .now() || loop.next <= .now() { continue }
        let later = min(next, loop.next)
        if isOutside || isWaited && later == .distantFuture {
          slices += 1
          guard slices <= Rehearsal.mostSlices else { return false }
          loop.waitForOthers(atMost: Rehearsal.slice)
          continue
        }
        slices = 0
        guard later <= limit, later != .distantFuture else { return false }
        StandingClock.advance(to: later)
      }
    }
  }
}
