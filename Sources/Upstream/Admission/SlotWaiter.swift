import Reactor
import Timing

/// *Confined to its reactor's thread*, apart from `wake`, which any thread may call. Waits for a slot of a backend and
/// ends once: admitted, refused, out of time, or cancelled; a slot that arrives after that goes on to the next.
final class SlotWaiter: TimerTarget, @unchecked Sendable {  // guarded by the reactor's thread
  enum Outcome: Equatable, Sendable {
    case admitted
    case refused(retryAfter: Duration)
    /// No slot until the deadline, or too many waiters already.
    case noSlot
    case cancelled
  }

  private let gate: SharedGate
  private let reactor: Reactor
  private var finish: ((Outcome) -> Void)?
  private var ticket: UInt64?
  private var timer: TimerToken?
  private var hasEnded = false

  init(gate: SharedGate, reactor: Reactor) {
    self.gate = gate
    self.reactor = reactor
  }

  /// Waits, once. Calls `finish` once, on the reactor's thread, possibly before it returns.
  func wait(until deadline: Instant, at now: Instant, then finish: @escaping (Outcome) -> Void) {
    guard !hasEnded else { return finish(.cancelled) }
    self.finish = finish
    switch gate.enqueue(self, at: now) {
    case .decided(let entry): take(entry)
    case .full: end(.noSlot)
    case .waiting(let ticket):
      self.ticket = ticket
      timer = reactor.schedule(at: deadline, self)
    }
  }

  func cancel() {
    giveUp(.cancelled)
  }

  func timerFired() {
    giveUp(.noSlot)
  }

  /// The reactor stops.
  func timerDropped() {
    giveUp(.cancelled)
  }

  /// Any thread.
  func wake(with entry: Gate<SlotWaiter>.Entry) {
    reactor.execute { self.take(entry) }
  }

  private func giveUp(_ outcome: Outcome) {
    guard !hasEnded else { return }
    // Too late to leave the queue means that `take` is on its way; it passes the slot on.
    if let ticket { _ = gate.giveUp(ticket) }
    end(outcome)
  }

  private func take(_ entry: Gate<SlotWaiter>.Entry) {
    switch entry {
    case .admitted where hasEnded: gate.leave(at: .now())
    case .admitted: end(.admitted)
    case .refused(let retryAfter) where !hasEnded: end(.refused(retryAfter: retryAfter))
    case .refused, .busy: break
    }
  }

  private func end(_ outcome: Outcome) {
    hasEnded = true
    if let timer { reactor.cancel(timer) }
    timer = nil
    finish?(outcome)
    finish = nil
  }
}
