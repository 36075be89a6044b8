import Plans

/// *Immutable.* A call of a composer, with what its place in the graph makes of it. A class, so that looking at one
/// during a request copies nothing.
final class ComposedCall: Sendable {
  let plan: CallPlan
  /// Calls that wait for this one, by index.
  let dependents: [Int]
  /// How many calls this one waits for.
  let waitCount: Int
  /// Required, or waited for by a required one: `softTimeout` does not cut it off.
  let isEssential: Bool
  /// Safe requests of the same backend, of this call's `each` or of another call, may turn out equal.
  let mayCoincide: Bool
  let isSafe: Bool
  let sendsIdempotencyKey: Bool
  /// The template whose value the backend balances by.
  let balanceKey: TextTemplate?

  init(
    _ plan: CallPlan, dependents: [Int], waitCount: Int, isEssential: Bool, mayCoincide: Bool, backend: BackendPlan
  ) {
    self.plan = plan
    self.dependents = dependents
    self.waitCount = waitCount
    self.isEssential = isEssential
    self.mayCoincide = mayCoincide
    isSafe = plan.isSafe
    sendsIdempotencyKey = plan.sendsIdempotencyKey
    if case .hash(let template) = backend.balance { balanceKey = template } else { balanceKey = nil }
  }
}
