import Locking
import Plans
import Reactor
import Timing

/// The token of a backend's `oauth2`, kept fresh behind the requests for as long as somebody has this. *Guarded by its
/// lock.*
final class AccessTokenSource: Sendable {
  /// Requests that may wait for a fetch at once; more are turned away.
  static let mostWaiting = 1000

  enum Place: Sendable {
    /// It has one already.
    case token(IssuedToken)
    /// It waits, and is woken unless it leaves with this ticket.
    case waiting(UInt64)
    /// None can be had for now.
    case unavailable
    case full
  }

  private struct State {
    var schedule = AccessTokenSchedule()
    var waiting = WaitQueue<AccessTokenWaiter>()
    var cancelTimer: (@Sendable () -> Void)?

    mutating func takeWaiting() -> [AccessTokenWaiter] {
      var all: [AccessTokenWaiter] = []
      while let waiter = waiting.popFirst() { all.append(waiter) }
      return all
    }
  }

  let plan: OAuth2Plan
  private let fetcher: any AccessTokenFetcher
  private weak let backends: BackendPool?
  private let state = Locked(State())

  init(_ plan: OAuth2Plan, by fetcher: any AccessTokenFetcher, from backends: BackendPool) {
    self.plan = plan
    self.fetcher = fetcher
    self.backends = backends
  }

  deinit {
    state.withLock { $0.cancelTimer }?()
  }

  /// Begins to fetch, once; does not wait for it.
  func start() { take(.clock) }

  /// The token that counts. Any thread.
  /// - Parameter refused: one that a backend refused: another is wanted.
  func token(after refused: IssuedToken? = nil) -> IssuedToken? {
    let now = fetcher.now()
    return state.withLock { $0.schedule.token(after: refused?.number, at: now) }
  }

  /// Requests that wait for a token.
  var waiting: Int { state.withLock { $0.waiting.count } }

  /// Puts one to the end of those that wait. Any thread.
  func enqueue(_ waiter: AccessTokenWaiter, after refused: IssuedToken?) -> Place {
    let now = fetcher.now()
    let (place, begins): (Place, Bool) = state.withLock { state in
      if let token = state.schedule.token(after: refused?.number, at: now) { return (.token(token), false) }
      guard state.waiting.count < Self.mostWaiting else { return (.full, false) }
      switch state.schedule.ask(at: now) {
      case .unavailable: return (.unavailable, false)
      case .wait: return (.waiting(state.waiting.append(waiter)), false)
      case .fetch: return (.waiting(state.waiting.append(waiter)), true)
      }
    }
    if begins { fetch() }
    return place
  }

  /// Leaves those that wait; one whose turn has come hears of it all the same. Any thread.
  func giveUp(_ ticket: UInt64) {
    state.withLock { _ = $0.waiting.remove(ticket) }
  }

  /// A backend refused a token: at most one fetch goes on for that, and one begins in 10 s, however many are refused.
  /// Returns whether there is another, or will be. Any thread.
  func refuse(_ token: IssuedToken) -> Bool {
    let now = fetcher.now()
    let refusal = state.withLock { $0.schedule.refuse(token.number, at: now) }
    if refusal == .fetch { fetch() }
    return refusal != .stands
  }

  private func fetch() {
    guard let backends else { return take(.failed(chance: 1)) }
    fetcher.fetch(plan, by: backends) { [weak self] token in
      self?.take(token.map { .fetched($0) } ?? .failed(chance: .random(in: 0...1)))
    }
  }

  private func take(_ event: AccessTokenSchedule.Event) {
    let now = fetcher.now()
    let (begins, waiting, token): (Bool, [AccessTokenWaiter], IssuedToken?) = state.withLock { state in
      let begins = state.schedule.take(event, at: now)
      state.cancelTimer?()
      state.cancelTimer = state.schedule.wakeUp.map { instant in
        fetcher.schedule(at: instant) { [weak self] in self?.take(.clock) }
      }
      switch event {
      case .clock: return (begins, [], nil)
      case .fetched: return (begins, state.takeWaiting(), state.schedule.token(at: now))
      case .failed: return (begins, state.takeWaiting(), nil)
      }
    }
    for waiter in waiting { waiter.wake(with: token) }
    if begins { fetch() }
  }
}
