/// The gate to a backend: its `maxConcurrent` slots, and the queue for them.
///
/// A slot that comes free goes to the first in the queue at once, so nobody who comes later can take it. Nobody waits
/// for a backend that would refuse: `refusal` is what its breakers say, and is asked only where somebody has to wait.
struct Gate<Waiter> {
  /// Waiters per slot. More than this would wait longer than ten calls take, which is rarely of use to anyone; they
  /// are turned away at once.
  static var waitersPerSlot: Int { 10 }

  enum Entry: Equatable {
    /// Must be ended with `leave`, once.
    case admitted
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

  private let slots: Int
  private var taken = 0
  private var queue = WaitQueue<Waiter>()

  init(slots: Int) {
    self.slots = max(1, slots)
  }

  /// Calls that wait.
  var waiting: Int { queue.count }

  mutating func enter(refusal: @autoclosure () -> Duration?) -> Entry {
    if taken < slots {
      taken += 1
      return .admitted
    }
    return refusal().map { .refused(retryAfter: $0) } ?? .busy
  }

  /// Puts it into the queue after `enter` said `.busy`. Looks once more, as the lock was let go in between.
  mutating func enqueue(_ waiter: Waiter, refusal: @autoclosure () -> Duration?) -> Queueing {
    let entry = enter(refusal: refusal())
    guard entry == .busy else { return .decided(entry) }
    guard queue.count / Self.waitersPerSlot < slots else { return .full }
    return .waiting(queue.append(waiter))
  }

  /// `false`: too late, its turn has come and a wake-up is on its way to it; what that admits it must leave.
  mutating func giveUp(_ ticket: UInt64) -> Bool {
    queue.remove(ticket) != nil
  }

  /// Ends what was admitted. The wake-ups are for the caller to deliver after it has let go of the lock; where the
  /// backend refuses, that is everybody who waited.
  mutating func leave(refusal: @autoclosure () -> Duration?) -> [WakeUp] {
    taken -= 1
    guard !queue.isEmpty else { return [] }
    let refusal = refusal()
    var wakeUps: [WakeUp] = []
    while refusal != nil || taken < slots, let waiter = queue.popFirst() {
      if refusal == nil { taken += 1 }
      wakeUps.append(WakeUp(waiter: waiter, entry: refusal.map { .refused(retryAfter: $0) } ?? .admitted))
    }
    return wakeUps
  }
}
