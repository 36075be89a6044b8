import Timing

/// What one attempt holds while it runs: a slot, the breaker's ticket, its place in the address's count. It can't be
/// copied, so it can't end twice; and one that is dropped (an early return, a cancelled task, a stream nobody finished)
/// ends by itself without a verdict, so it can't leak either.
struct Lease: ~Copyable {
  private let gate: SharedGate?
  private let ticket: Breaker.Ticket
  private var address: BackendAddress?
  private var verdict = Verdict.none

  /// `gate`: `nil` for a backend that has none.
  init(gate: SharedGate?, ticket: Breaker.Ticket = Breaker.Ticket()) {
    self.gate = gate
    self.ticket = ticket
  }

  /// Counts the attempt among those that `address` has in flight.
  mutating func occupy(_ address: BackendAddress) {
    precondition(self.address == nil, "an attempt goes to one address")
    address.begin()
    self.address = address
  }

  /// Tells the breaker before the end. A second bad verdict at the end counts once more.
  func judge(_ verdict: Verdict) {
    gate?.judge(verdict, ticket, at: .now())
  }

  consuming func end(_ verdict: Verdict) {
    self.verdict = verdict
  }

  deinit {
    address?.end()
    gate?.leave(verdict, ticket, at: .now())
  }
}
