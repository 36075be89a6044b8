import Plans
import Timing

/// Stops calling a backend that mostly fails, and finds out when it has recovered (circuit breaker; Nygard,
/// "Release It!").
///
///     closed ── too many errors in the window ──> open ── openFor ──> half-open ── probe good ──> closed
///                                                  ^                     └─────── probe bad ──┐
///                                                  └──────────────────────────────────────────┘
///
/// Half-open lets one call through, the probe; everybody else is refused until it has ended.
///
/// One per backend, not per address: it answers whether a call is worth making at all, which the caller sees as one
/// outcome. A single bad address is the matter of health checks and of retries, which go elsewhere; and a window per
/// address would rarely see `minimumCalls`.
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

  init(_ plan: BackendPlan.Breaker) {
    self.plan = plan
    window = SlidingWindow(length: plan.window)
  }

  /// Whoever is admitted must `record` the ticket once, with `.none` if it came to nothing.
  mutating func admit(at now: Instant) -> Admission {
    switch state {
    case .closed:
      return .admitted(Ticket(generation: generation))
    case .open(let until) where now < until:
      return .refused(retryAfter: now.duration(to: until))
    case .open, .halfOpen(isProbing: false):
      enter(.halfOpen(isProbing: true))
      return .admitted(Ticket(generation: generation))
    case .halfOpen(isProbing: true):
      return .refused(retryAfter: Breaker.retryAfterProbe)
    }
  }

  /// The refusal that `admit` would give now, without taking the probe's place.
  func refusal(at now: Instant) -> Duration? {
    switch state {
    case .open(let until) where now < until: now.duration(to: until)
    case .halfOpen(isProbing: true): Breaker.retryAfterProbe
    case .closed, .open, .halfOpen: nil
    }
  }

  mutating func record(_ verdict: Verdict, _ ticket: Ticket, at now: Instant) {
    guard ticket.generation == generation else { return }
    switch (state, verdict) {
    case (.closed, .good), (.closed, .bad):
      window.record(isError: verdict == .bad, at: now)
      if verdict == .bad, isTooBad(at: now) { open(at: now) }
    case (.halfOpen, .good):
      window.clear()
      enter(.closed)
    case (.halfOpen, .bad):
      open(at: now)
    case (.halfOpen, .none):
      enter(.halfOpen(isProbing: false))
    case (.closed, .none), (.open, _):
      break
    }
  }

  private mutating func isTooBad(at now: Instant) -> Bool {
    let (calls, errors) = window.totals(at: now)
    return calls >= plan.minimumCalls && Double(errors) >= plan.errorRate * Double(calls)
  }

  private mutating func open(at now: Instant) {
    enter(.open(until: now.advanced(by: plan.openFor)))
  }

  private mutating func enter(_ next: State) {
    state = next
    generation &+= 1
  }
}
