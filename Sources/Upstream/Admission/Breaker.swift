import Plans
import Timing

/// Stops calling an address that mostly fails, and finds out when it has recovered (circuit breaker; Nygard,
/// "Release It!").
///
///     closed ── errors reach the rate ──> open ── openFor ──> half-open ── probe good ──> closed
///                                          ^                     └─────── probe bad ──┐
///                                          └──────────────────────────────────────────┘
///
/// Half-open lets one call through, the probe; everybody else is refused until it has ended.
///
/// One per address: a dead one must not take the others along, and while it is open it is left out of balancing, so
/// that callers hear of it only where no address is left.
struct Breaker: Sendable {
  enum Admission: Equatable, Sendable {
    case admitted(Ticket)
    case refused(retryAfter: Duration)
  }

  /// Says under which state a call was let in. Results of calls from before the last change of state are stale and
  /// say nothing about the present one.
  struct Ticket: Equatable, Sendable {
    fileprivate(set) var generation: UInt64 = 0
  }

  private enum State {
    case closed
    case open(until: Instant)
    case halfOpen(isProbing: Bool)
  }

  /// Told to those who are refused while a probe is on its way: it may be over at any moment.
  static let retryAfterProbe: Duration = .seconds(1)

  private let plan: BackendPlan.Breaker
  private var window: SlidingWindow
  private var state = State.closed
  private var generation: UInt64 = 0
  private var change: BreakerChange?

  init(_ plan: BackendPlan.Breaker) {
    self.plan = plan
    window = SlidingWindow(length: plan.window)
  }

  /// Whoever is admitted must `record` the ticket once, with `.none` if it came to nothing.
  mutating func admit(at now: Instant) -> Admission {
    if let time = refusal(at: now) { return .refused(retryAfter: time) }
    switch state {
    case .closed: break
    case .open: enter(.halfOpen(isProbing: true), BreakerChange(to: .halfOpen))
    case .halfOpen: enter(.halfOpen(isProbing: true))
    }
    return .admitted(Ticket(generation: generation))
  }

  /// The refusal that `admit` would give now, without taking the probe's place.
  func refusal(at now: Instant) -> Duration? {
    Breaker.refusal(until: shutUntil, at: now)
  }

  /// See `shutUntil`.
  static func refusal(until time: Instant, at now: Instant) -> Duration? {
    if time <= now { return nil }
    return time == .distantFuture ? retryAfterProbe : now.duration(to: time)
  }

  /// Nobody is let through before; the far future where that depends on a probe.
  var shutUntil: Instant {
    switch state {
    case .closed, .halfOpen(isProbing: false): Instant(nanoseconds: 0)
    case .open(let until): until
    case .halfOpen(isProbing: true): .distantFuture
    }
  }

  mutating func record(_ verdict: Verdict, _ ticket: Ticket, at now: Instant) {
    guard ticket.generation == generation else { return }
    switch (state, verdict) {
    case (.closed, .good):
      window.record(isError: false, at: now)
    case (.closed, .bad):
      window.record(isError: true, at: now)
      let (calls, failures) = window.totals(at: now)
      if calls >= plan.minimumCalls, Double(failures) >= plan.errorRate * Double(calls) {
        open(at: now, calls: calls, failures: failures)
      }
    case (.halfOpen, .good):
      window.clear()
      enter(.closed, BreakerChange(to: .closed, calls: 1))
    case (.halfOpen, .bad):
      open(at: now, calls: 1, failures: 1)
    case (.halfOpen, .none):
      enter(.halfOpen(isProbing: false))
    case (.closed, .none), (.open, _):
      break
    }
  }

  /// What has become of it since this was last asked.
  mutating func takeChange() -> BreakerChange? {
    defer { change = nil }
    return change
  }

  private mutating func open(at now: Instant, calls: Int, failures: Int) {
    enter(
      .open(until: now.advanced(by: plan.openFor)),
      BreakerChange(to: .open, calls: calls, failures: failures, openFor: plan.openFor))
  }

  private mutating func enter(_ next: State, _ change: BreakerChange? = nil) {
    state = next
    generation &+= 1
    self.change = change
  }
}
