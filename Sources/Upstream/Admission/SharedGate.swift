import Locking
import Plans
import Timing

/// *Guarded by its mutex*, which is held for a few dozen instructions and never while waking anybody. A backend's gate,
/// shared by all loops; only backends with `maxConcurrent` have one.
final class SharedGate: Sendable {
  private let gate: Locked<Gate<SlotWaiter>>
  private let addresses: [BackendAddress]

  init(slots: Int, addresses: [BackendAddress]) {
    gate = Locked(Gate(slots: slots))
    self.addresses = addresses
  }

  /// Calls that wait for a slot.
  var waiting: Int { gate.withLock { $0.waiting } }

  func enter(at now: Instant) -> Gate<SlotWaiter>.Entry {
    gate.withLock { $0.enter(refusal: addresses.refusal(at: now)) }
  }

  func enqueue(_ waiter: SlotWaiter, at now: Instant) -> Gate<SlotWaiter>.Queueing {
    gate.withLock { $0.enqueue(waiter, refusal: addresses.refusal(at: now)) }
  }

  /// See `Gate.giveUp`.
  func giveUp(_ ticket: UInt64) -> Bool {
    gate.withLock { $0.giveUp(ticket) }
  }

  /// Wakes who comes next, on the waiter's own loop.
  func leave(at now: Instant) {
    let wakeUps = gate.withLock { $0.leave(refusal: addresses.refusal(at: now)) }
    for wakeUp in wakeUps { wakeUp.waiter.wake(with: wakeUp.entry) }
  }
}
