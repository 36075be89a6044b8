import Plans
import Timing

/// Who may call a backend now: its breaker and its `maxConcurrent` slots as one machine, because a slot is worth
/// nothing while the breaker refuses, and a probe nothing without a slot.
///
/// A slot that comes free goes to the first in the queue at once, so nobody who comes later can take it.
struct Gate<Waiter> {
  /// Waiters per slot. More than this would wait longer than ten calls take, which is rarely of use to anyone; they
  /// are turned away at once.
  static var waitersPerSlot: Int { 10 }

  enum Entry: Equatable {
    /// Must be ended with `leave`, once.
    case admitted(Breaker.Ticket)
    case refused(retryAfter: Duration)
    /// No slot is free: `enqueue` to wait for one.
    case busy
  }

  enum Queueing: Equatable {
    /// Has been decided meanwhile: `.admitted` or `.refused`.
    case decided(Entry)
    /// Waits; will be in the wake-ups of somebody's `leave`, unless it gives up with this ticket.
    case waiting(UInt64)
    case full
  }

  struct WakeUp {
    let waiter: Waiter
    /// `.admitted` or `.refused`.
    let entry: Entry
  }

  private var breaker: Breaker?
  /// `nil`: no limit.
  private let slots: Int?
  private var taken = 0
  private var queue = WaitQueue<Waiter>()

  init(breaker: BackendPlan.Breaker?, maxConcurrent: Int?) {
    self.breaker = breaker.map { Breaker($0) }
    slots = maxConcurrent.map { max(1, $0) }
  }

  /// Calls that wait.
  var waiting: Int { queue.count }

  mutating func enter(at now: Instant) -> Entry {
    if let slots, taken >= slots {
      // Nobody waits for a backend that would be refused anyway.
      if let retryAfter = breaker?.refusal(at: now) { return .refused(retryAfter: retryAfter) }
      return .busy
    }
    let entry = passBreaker(at: now)
    if case .admitted = entry { taken += 1 }
    return entry
  }

  /// After `enter` said `.busy`. Looks once more, as the lock was let go in between.
  mutating func enqueue(_ waiter: Waiter, at now: Instant) -> Queueing {
    let entry = enter(at: now)
    guard entry == .busy, let slots else { return .decided(entry) }
    guard queue.count / Self.waitersPerSlot < slots else { return .full }
    return .waiting(queue.append(waiter))
  }

  /// `false`: too late, its turn has come and a wake-up is on its way to it; what that admits it must leave.
  mutating func giveUp(_ ticket: UInt64) -> Bool {
    queue.remove(ticket) != nil
  }

  /// Tells the breaker early how a call went that keeps its slot (a stream whose head has arrived).
  mutating func judge(_ verdict: Verdict, _ ticket: Breaker.Ticket, at now: Instant) {
    breaker?.record(verdict, ticket, at: now)
  }

  /// Ends what was admitted. The wake-ups are for the caller to deliver after it has let go of the lock; where the
  /// breaker has opened, that is everybody who waited.
  mutating func leave(_ verdict: Verdict, _ ticket: Breaker.Ticket, at now: Instant) -> [WakeUp] {
    breaker?.record(verdict, ticket, at: now)
    taken -= 1
    guard !queue.isEmpty, let slots else { return [] }
    var wakeUps: [WakeUp] = []
    while taken < slots, let waiter = queue.popFirst() {
      let entry = passBreaker(at: now)
      if case .admitted = entry { taken += 1 }
      wakeUps.append(WakeUp(waiter: waiter, entry: entry))
    }
    return wakeUps
  }

  private mutating func passBreaker(at now: Instant) -> Entry {
    switch breaker?.admit(at: now) {
    case .none: .admitted(Breaker.Ticket())
    case .admitted(let ticket): .admitted(ticket)
    case .refused(let retryAfter): .refused(retryAfter: retryAfter)
    }
  }
}
