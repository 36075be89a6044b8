import Timing

/// What one loop keeps of a backend for itself, so that it needs no lock.
struct LocalBackend {
  private var balancer: Balancer
  /// Present where the backend retries.
  var budget: RetryBudget?

  init(_ backend: Backend, ordinal: Int) {
    balancer = backend.balancer(skipping: ordinal)
    budget = backend.retry.map { RetryBudget(share: $0.budget) }
  }

  /// The address of the next attempt, which is then one of `tried`.
  mutating func pick(
    _ backend: Backend, key: String?, tried: inout TriedAddresses, random: inout SplitMix64
  ) -> BackendAddress {
    let addresses = backend.addresses
    if addresses.count == 1 { return addresses[0] }
    let index = balancer.pick(
      key: key, avoiding: tried, random: &random,
      isHealthy: { addresses[$0].isHealthy }, load: { addresses[$0].load })
    tried.insert(index)
    return addresses[index]
  }

  /// When to try again after `outcome`; `nil`: it is the last word.
  mutating func retry(
    _ attempts: inout Attempts, after outcome: AttemptOutcome, policy: RetryPolicy, deadline: Instant,
    random: inout SplitMix64
  ) -> Instant? {
    guard var budget else { return nil }
    defer { self.budget = budget }
    return attempts.next(
      after: outcome, at: .now(), deadline: deadline, policy: policy, budget: &budget, random: &random)
  }
}
