import Locking
import Plans
import Timing

/// *Guarded by its mutex*, which is held for a few dozen instructions and never while waking anybody. A backend's gate,
/// shared by all loops; only backends with `maxConcurrent` or a breaker have one.
final class SharedGate: Sendable {
  private let gate: Locked<Gate<SlotWaiter>>

  /// `nil` where the backend needs none.
  init?(_ plan: BackendPlan) {
    guard plan.breaker != nil || plan.maxConcurrent != nil else { return nil }
    gate = Locked(Gate(breaker: plan.breaker, maxConcurrent: plan.maxConcurrent))
  }

  /// Calls that wait for a slot.
  var waiting: Int { gate.withLock { $0.waiting } }

  func enter(at now: Instant) -> Gate<SlotWaiter>.Entry {
    gate.withLock { $0.enter(at: now) }
  }

  func enqueue(_ waiter: SlotWaiter, at now: Instant) -> Gate<SlotWaiter>.Queueing {
    gate.withLock { $0.enqueue(waiter, at: now) }
  }

  /// See `Gate.giveUp`.
  func giveUp(_ ticket: UInt64) -> Bool {
    gate.withLock { $0.giveUp(ticket) }
  }

  func judge(_ verdict: Verdict, _ ticket: Breaker.Ticket, at now: Instant) {
    gate.withLock { $0.judge(verdict, ticket, at: now) }
  }

  /// Wakes who comes next, on the waiter's own loop.
  func leave(_ verdict: Verdict, _ ticket: Breaker.Ticket, at now: Instant) {
    let wakeUps = gate.withLock { $0.leave(verdict, ticket, at: now) }
    for wakeUp in wakeUps { wakeUp.waiter.wake(with: wakeUp.entry) }
  }
}
