import Timing

/// The attempts of one request: says after each whether there is another, and when.
struct Attempts: Sendable {
  /// Attempts that ended.
  private(set) var made = 0
  private let isRepeatable: Bool

  /// `isRepeatable`: the request may be sent twice (a safe method, or it was allowed).
  init(isRepeatable: Bool) {
    self.isRepeatable = isRepeatable
  }

  /// When to begin the next attempt, or `nil` where `outcome` is the last word. Asks the budget last, so that only a
  /// retry that is made costs anything.
  ///
  /// The pause before attempt n+1 is anything from nothing to backoff · 2ⁿ⁻¹ ("full jitter": clients that failed
  /// together don't return together).
  mutating func next(
    after outcome: AttemptOutcome, at now: Instant, deadline: Instant, policy: RetryPolicy,
    budget: inout RetryBudget, random: inout SplitMix64
  ) -> Instant? {
    made += 1
    guard isRepeatable, made < policy.attempts, policy.covers(outcome) else { return nil }
    let start = now.advanced(by: pause(policy, &random))
    guard start < deadline, budget.spend(at: now) else { return nil }
    return start
  }

  private func pause(_ policy: RetryPolicy, _ random: inout SplitMix64) -> Duration {
    // 2^20 times any backoff of a microsecond or more is beyond the longest one.
    let doubled = policy.backoff.nanoseconds.multipliedReportingOverflow(by: 1 << Int64(min(made - 1, 20)))
    let longest = RetryPolicy.longestBackoff.nanoseconds
    let bound = doubled.overflow ? longest : min(doubled.partialValue, max(longest, policy.backoff.nanoseconds))
    return bound > 0 ? .nanoseconds(Int64.random(in: 0...bound, using: &random)) : .zero
  }
}
