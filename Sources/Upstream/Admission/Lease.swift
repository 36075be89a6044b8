import Resilience
import Timing

/// The things that one attempt holds while it runs: a slot, the breaker's ticket, its place in the address's count. It
/// can't be copied, so it can't end twice; and one that is dropped (an early return, a cancelled task, a stream nobody
/// finished) ends by itself without a verdict, so it can't leak either.
struct Lease: ~Copyable {
  private let gate: SharedGate?
  private var address: BackendAddress?
  private var ticket = Breaker.Ticket()
  private var verdict = Breaker.Verdict.none
  private var figures: BackendShard?

  /// `gate`: `nil` for a backend that has none.
  init(gate: SharedGate?) {
    self.gate = gate
  }

  /// Counts the attempt among those that its backend has under way.
  mutating func count(in figures: BackendShard) {
    precondition(self.figures == nil, "an attempt is counted once")
    figures.begin()
    self.figures = figures
  }

  /// Counts the attempt among those that `address` has in flight, and answers for its breaker's ticket.
  mutating func occupy(_ address: BackendAddress, _ ticket: Breaker.Ticket) {
    precondition(self.address == nil, "an attempt goes to one address")
    address.begin()
    self.address = address
    self.ticket = ticket
  }

  /// Tells the breaker before the end. A second bad verdict at the end counts once more.
  func judge(_ verdict: Breaker.Verdict) {
    address?.breaker?.record(verdict, ticket, at: .now())
  }

  consuming func end(_ verdict: Breaker.Verdict) {
    self.verdict = verdict
  }

  /// The breaker first: whether it opens decides what those hear who wait for the slot.
  deinit {
    figures?.end()
    if let address {
      address.breaker?.record(verdict, ticket, at: .now())
      address.end()
    }
    gate?.leave(at: .now())
  }
}
