import Timing

/// Stops calling a server that mostly fails, and finds out when it has recovered (circuit breaker; Nygard,
/// "Release It!"). Who asks, and when it opens, is the user's.
///
///     closed ── failures reach the rules ──> open ── pause ──> half-open ── probe good ──> closed
///                                             ^                    └─────── probe bad ──┐
///                                             └─────────────────────────────────────────┘
///
/// Half-open lets one call through, the probe; everybody else is refused until it has ended. A backend's probe is the
/// first call that comes after the pause, with a client behind it. Redis' is a `PING` that is sent for this, so that no
/// request pays for it: only the probe asks `admit` there, and commands go by `isClosed` and `ticket`.
package struct Breaker: Sendable {
  package enum Admission: Equatable, Sendable {
    case admitted(Ticket)
    case refused(retryAfter: Duration)
  }

  /// The state under which a call was let in. Results of calls from before the last change of state are stale and
  /// say nothing about the present one.
  package struct Ticket: Equatable, Sendable {
    fileprivate var generation: UInt64 = 0

    /// The ticket of a call that no breaker has looked at.
    package init() {}
  }

  /// A call's word about its server's condition.
  package enum Verdict: Sendable {
    case good, bad
    /// Nothing: it was cancelled, or never began.
    case none
  }

  /// A change of state, and the figures that made it.
  package struct Change: Equatable, Sendable {
    /// The words are those that operators are told.
    package enum State: String, Sendable {
      case closed, open
      case halfOpen = "half-open"
    }

    package let to: State
    /// The calls that were looked at: those in the window, or the one probe; none for half-open.
    package let calls: Int
    /// The calls among them that failed.
    package let failures: Int
    /// The pause, where it opens.
    package let openFor: Duration?

    package init(to: State, calls: Int = 0, failures: Int = 0, openFor: Duration? = nil) {
      self.to = to
      self.calls = calls
      self.failures = failures
      self.openFor = openFor
    }
  }

  private enum State {
    case closed
    case open(until: Instant)
    case halfOpen(isProbing: Bool)
  }

  /// The time that is told to those who are refused while a probe is on its way: it may be over at any moment.
  package static let retryAfterProbe: Duration = .seconds(1)

  private let leastCalls: Int
  private let leastFailures: Int
  private let rate: Double
  private let leastGood: Int
  private var window: SlidingWindow
  private var pauses: Backoff
  private var state = State.closed
  private var generation: UInt64 = 0
  private var change: Change?

  /// It opens where the window has at least so many results, so many failures, and this share of failures.
  /// - Parameters:
  ///   - pauses: the times for which it is open. They grow while each probe, or what comes after it, is bad.
  ///   - rate: 0 to 1.
  ///   - leastGood: so many results, all good, make the pauses begin anew; no more than the window holds.
  package init(
    window: SlidingWindow.Length, pauses: Backoff, leastCalls: Int = 1, leastFailures: Int = 1, rate: Double = 0.5,
    leastGood: Int = 1
  ) {
    self.window = SlidingWindow(window)
    self.pauses = pauses
    self.leastCalls = leastCalls
    self.leastFailures = leastFailures
    self.rate = rate
    self.leastGood = leastGood
  }

  /// Whoever is admitted must `record` the ticket once, with `.none` if it came to nothing.
  package mutating func admit(at now: Instant) -> Admission {
    if let time = refusal(at: now) { return .refused(retryAfter: time) }
    switch state {
    case .closed: break
    case .open: enter(.halfOpen(isProbing: true), Change(to: .halfOpen))
    case .halfOpen: enter(.halfOpen(isProbing: true))
    }
    return .admitted(ticket)
  }

  package var isClosed: Bool {
    if case .closed = state { true } else { false }
  }

  /// The one call that is to find out whether it has recovered is on its way.
  package var isProbing: Bool {
    if case .halfOpen(isProbing: true) = state { true } else { false }
  }

  /// The ticket of a call that is let in now without asking: who knows that it is closed needs no clock for that.
  package var ticket: Ticket {
    var ticket = Ticket()
    ticket.generation = generation
    return ticket
  }

  /// The refusal that `admit` would give now, without taking the probe's place.
  package func refusal(at now: Instant) -> Duration? {
    Breaker.refusal(until: shutUntil, at: now)
  }

  /// The refusal of a breaker that is shut until `time`.
  package static func refusal(until time: Instant, at now: Instant) -> Duration? {
    if time <= now { return nil }
    return time == .distantFuture ? retryAfterProbe : now.duration(to: time)
  }

  /// The time before which nobody is let through; the far future where that depends on a probe.
  package var shutUntil: Instant {
    switch state {
    case .closed, .halfOpen(isProbing: false): Instant(nanoseconds: 0)
    case .open(let until): until
    case .halfOpen(isProbing: true): .distantFuture
    }
  }

  package mutating func record(_ verdict: Verdict, _ ticket: Ticket, at now: Instant) {
    guard ticket.generation == generation else { return }
    switch (state, verdict) {
    case (.closed, .good):
      let totals = window.record(isFailure: false, at: now)
      if totals.failures == 0, totals.calls >= leastGood { pauses.reset() }
      judge(totals, at: now)
    case (.closed, .bad): judge(window.record(isFailure: true, at: now), at: now)
    case (.halfOpen, .good):
      window.clear()
      enter(.closed, Change(to: .closed, calls: 1))
    case (.halfOpen, .bad):
      open(at: now, SlidingWindow.Totals(calls: 1, failures: 1))
    case (.halfOpen, .none):
      enter(.halfOpen(isProbing: false))
    case (.closed, .none), (.open, _):
      break
    }
  }

  /// Begins anew with a server of which nothing is known: closed, without a past, and no change to be told.
  package mutating func reset() {
    window.clear()
    pauses.reset()
    enter(.closed)
  }

  /// The last change since this was last asked.
  package mutating func takeChange() -> Change? {
    defer { change = nil }
    return change
  }

  /// A good result, too, may be the one that makes the calls enough to judge by.
  private mutating func judge(_ totals: SlidingWindow.Totals, at now: Instant) {
    guard totals.calls >= leastCalls, totals.failures >= leastFailures,
      Double(totals.failures) >= rate * Double(totals.calls)
    else { return }
    open(at: now, totals)
  }

  private mutating func open(at now: Instant, _ totals: SlidingWindow.Totals) {
    let pause = pauses.next()
    enter(
      .open(until: now.advanced(by: pause)),
      Change(to: .open, calls: totals.calls, failures: totals.failures, openFor: pause))
  }

  private mutating func enter(_ next: State, _ change: Change? = nil) {
    state = next
    generation &+= 1
    self.change = change
  }
}
