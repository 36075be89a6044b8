import Resilience
import Timing

/// The attempts of one request: says after each whether there is another, and when.
struct Attempts: Sendable {
  /// Attempts that ended.
  private(set) var made = 0
  /// Why there is no other, where the policy would have had one.
  private(set) var denial: RetryDenial?
  /// The request may be sent twice: a safe method, or it was allowed.
  private(set) var isRepeatable: Bool

  init(isRepeatable: Bool) {
    self.isRepeatable = isRepeatable
  }

  /// What was sent of it is gone.
  mutating func forbidRepeating() {
    isRepeatable = false
  }

  /// Returns when to begin the next attempt, or `nil` where `end` is the last word. Asks the budget last, so that only
  /// a retry that is made costs anything.
  ///
  /// The pause before attempt n+1 is anything from nothing to backoff · 2ⁿ⁻¹ ("full jitter": clients that failed
  /// together don't return together). It comes after the time that the backend asked for.
  mutating func next(
    after end: AttemptEnd, at now: Instant, deadline: Instant, policy: RetryPolicy, budget: inout RetryBudget,
    random: inout SplitMix64
  ) -> Instant? {
    made += 1
    guard isRepeatable || !end.wasSent, made < policy.attempts, policy.covers(end.outcome) else { return nil }
    guard let start = start(after: end, at: now, deadline, policy, &random) else {
      if end.retryAfter != nil { denial = .retryAfter }
      return nil
    }
    guard budget.spend(at: now) else {
      denial = .budget
      return nil
    }
    return start
  }

  /// `nil`: not before the deadline.
  private func start(
    after end: AttemptEnd, at now: Instant, _ deadline: Instant, _ policy: RetryPolicy, _ random: inout SplitMix64
  ) -> Instant? {
    guard let wait = end.retryAfter else {
      let start = now.advanced(by: .nanoseconds(pause(atMost: step(policy), &random)))
      return start < deadline ? start : nil
    }
    let earliest = now.advanced(by: wait)
    guard earliest < deadline else { return nil }
    // All that were told the same time: they are spread over a tenth of it, where there is no longer pause.
    let spread = min(max(step(policy), wait.nanoseconds / 10), earliest.duration(to: deadline).nanoseconds / 2)
    return earliest.advanced(by: .nanoseconds(pause(atMost: spread, &random)))
  }

  /// Returns the step in nanoseconds.
  private func step(_ policy: RetryPolicy) -> Int64 { policy.backoff.step(after: made - 1).nanoseconds }

  private func pause(atMost bound: Int64, _ random: inout SplitMix64) -> Int64 {
    bound > 0 ? Int64.random(in: 0...bound, using: &random) : 0
  }
}

/// The reason why there was no further attempt where the policy would have had one.
enum RetryDenial: Sendable {
  /// Too many requests of late were repeated.
  case budget
  /// The backend asked for more time than there is.
  case retryAfter

  /// The words for the log, and for clients where the route says `exposeErrors`.
  var text: String {
    switch self {
    case .budget: "not repeated: the backend's retry budget is spent"
    case .retryAfter: "not repeated: its Retry-After is beyond the deadline"
    }
  }
}
