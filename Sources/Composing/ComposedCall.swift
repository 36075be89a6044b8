import Plans
import Timing

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
  /// A write, required, or waited for by one of those: once a write was sent, the client's leaving does not end it.
  let isNeeded: Bool
  let isSafe: Bool
  /// It gets a key where the client sent none, too; so does what undoes it.
  let generatesKey: Bool
  let compensationGeneratesKey: Bool
  /// The template whose value the backend balances by, and that of the compensation's backend.
  let balanceKey: TextTemplate?
  let compensationBalanceKey: TextTemplate?

  init(
    _ plan: CallPlan, dependents: [Int], waitCount: Int, isEssential: Bool, isNeeded: Bool, mayCoincide: Bool,
    backends: [BackendPlan]
  ) {
    self.plan = plan
    self.dependents = dependents
    self.waitCount = waitCount
    self.isEssential = isEssential
    self.isNeeded = isNeeded
    self.mayCoincide = mayCoincide
    isSafe = plan.isSafe
    let backend = backends[plan.request.backend]
    generatesKey = backend.generatesIdempotencyKeys
    balanceKey = backend.balance.key
    let undoing = plan.compensation.map { backends[$0.request.backend] }
    compensationGeneratesKey = undoing?.generatesIdempotencyKeys ?? false
    compensationBalanceKey = undoing?.balance.key
  }

  /// The end of the call's time. A write's own is not the route's: the answer may be given before.
  func deadline(from now: Instant, ofRoute deadline: Instant) -> Instant {
    if !isSafe { return now.advanced(by: plan.timeout ?? CallPlan.writeTimeout) }
    return plan.timeout.map { min(now.advanced(by: $0), deadline) } ?? deadline
  }
}
