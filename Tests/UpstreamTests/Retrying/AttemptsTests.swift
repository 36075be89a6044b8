import Messages
import Plans
import Testing
import Timing

@testable import Upstream

struct AttemptsTests {
  private var budget = RetryBudget(share: 1)
  private var random = SplitMix64(seed: 3)

  private func policy(attempts: Int = 2, backoff: Duration = .milliseconds(25)) -> RetryPolicy {
    var plan = BackendPlan.Retry()
    plan.attempts = attempts
    plan.backoff = backoff
    return RetryPolicy(plan)
  }

  private mutating func next(
    _ attempts: inout Attempts, _ outcome: AttemptOutcome, _ policy: RetryPolicy, wasSent: Bool = true,
    retryAfter: Duration? = nil, at now: Instant = .at(.zero), deadline: Instant = .at(.seconds(10))
  ) -> Instant? {
    let end = AttemptEnd(outcome, wasSent: wasSent, retryAfter: retryAfter)
    return attempts.next(
      after: end, at: now, deadline: deadline, policy: policy, budget: &budget, random: &random)
  }

  @Test mutating func attemptsAreCountedInAll() {
    var two = Attempts(isRepeatable: true)
    #expect(next(&two, .connect, policy(attempts: 2)) != nil)
    #expect(next(&two, .connect, policy(attempts: 2)) == nil)
    var one = Attempts(isRepeatable: true)
    #expect(next(&one, .connect, policy(attempts: 1)) == nil)
  }

  @Test mutating func onlyWhatIsListedIsRetried() {
    for outcome in [AttemptOutcome.connect, .status(502), .status(503), .status(504)] {
      var attempts = Attempts(isRepeatable: true)
      #expect(next(&attempts, outcome, policy()) != nil)
    }
    for outcome in [AttemptOutcome.timeout, .status(200), .status(500), .status(404), .other] {
      var attempts = Attempts(isRepeatable: true)
      #expect(next(&attempts, outcome, policy()) == nil)
    }
  }

  @Test mutating func timeoutsAreRetriedOnDemand() {
    var plan = BackendPlan.Retry()
    plan.on = [.timeout]
    var attempts = Attempts(isRepeatable: true)
    #expect(next(&attempts, .timeout, RetryPolicy(plan)) != nil)
    var other = Attempts(isRepeatable: true)
    #expect(next(&other, .connect, RetryPolicy(plan)) == nil)
  }

  @Test mutating func unsafeRequestsAreNotRepeated() {
    var attempts = Attempts(isRepeatable: false)
    #expect(next(&attempts, .connect, policy()) == nil)
    #expect(attempts.denial == nil)
  }

  @Test mutating func whatWasNotSentMayBe() {
    var attempts = Attempts(isRepeatable: false)
    #expect(next(&attempts, .connect, policy(attempts: 3), wasSent: false) != nil)
    #expect(next(&attempts, .connect, policy(attempts: 3)) == nil)
    var other = Attempts(isRepeatable: false)
    #expect(next(&other, .timeout, policy(), wasSent: false) == nil, "only on what the policy names")
  }

  @Test mutating func theTimeThatTheBackendAskedForIsWaited() throws {
    for _ in 0..<100 {
      budget = RetryBudget(share: 1)
      var attempts = Attempts(isRepeatable: true)
      let start = try #require(next(&attempts, .status(503), policy(), retryAfter: .seconds(2)))
      #expect((.at(.seconds(2))...(.at(.milliseconds(2200)))).contains(start))
    }
  }

  @Test mutating func jitterDoesNotMissTheDeadline() {
    for _ in 0..<100 {
      budget = RetryBudget(share: 1)
      var attempts = Attempts(isRepeatable: true)
      let start = next(
        &attempts, .status(503), policy(), retryAfter: .seconds(2), deadline: .at(.milliseconds(2001)))
      #expect(start.map { $0 < .at(.milliseconds(2001)) } == true)
    }
  }

  @Test(arguments: [Duration.seconds(10), .seconds(3600), .seconds(Int.max)])
  mutating func whatIsBeyondTheDeadlineIsNotBegun(wait: Duration) {
    var attempts = Attempts(isRepeatable: true)
    #expect(next(&attempts, .status(429), policy(), retryAfter: wait) == nil)
    #expect(attempts.denial == nil, "429 is not among what is retried")
    #expect(next(&attempts, .status(503), policy(attempts: 9), retryAfter: wait) == nil)
    #expect(attempts.denial == .retryAfter)
  }

  @Test(arguments: [
    ("GET", true), ("HEAD", true), ("OPTIONS", true), ("POST", false), ("PUT", false), ("PATCH", false),
    ("DELETE", false), ("PURGE", false), ("get", false),
  ])
  func safeMethods(method: String, isSafe: Bool) {
    #expect(SafeMethod.contains(method) == isSafe)
  }

  @Test mutating func thePauseDoublesWithFullJitter() {
    let policy = policy(attempts: 4)
    var longest = [Int64](repeating: 0, count: 3)
    var shortest = [Int64](repeating: .max, count: 3)
    for _ in 0..<500 {
      budget = RetryBudget(share: 1)
      var attempts = Attempts(isRepeatable: true)
      for round in 0..<3 {
        let pause = Instant.at(.zero).duration(to: next(&attempts, .connect, policy)!).nanoseconds
        longest[round] = max(longest[round], pause)
        shortest[round] = min(shortest[round], pause)
      }
    }
    for (round, bound) in [25, 50, 100].enumerated() {
      #expect(longest[round] <= Int64(bound) * 1_000_000)
      #expect(longest[round] > Int64(bound) * 950_000)
      #expect(shortest[round] < Int64(bound) * 50_000)
    }
  }

  @Test mutating func thePauseIsBounded() {
    let policy = policy(attempts: 200, backoff: .seconds(3))
    var attempts = Attempts(isRepeatable: true)
    for _ in 0..<100 {
      let start = next(&attempts, .connect, policy, deadline: .distantFuture)
      #expect(start.map { $0 <= .at(RetryPolicy.longestBackoff) } ?? true)
    }
  }

  @Test mutating func noPauseAtAll() {
    var attempts = Attempts(isRepeatable: true)
    #expect(next(&attempts, .connect, policy(backoff: .zero)) == .at(.zero))
  }

  @Test mutating func whatCannotBeginInTimeIsNotBegun() {
    var attempts = Attempts(isRepeatable: true)
    #expect(next(&attempts, .connect, policy(backoff: .zero), at: .at(.seconds(1)), deadline: .at(.seconds(1))) == nil)
  }

  @Test mutating func anEmptyBudgetEndsIt() {
    budget = RetryBudget(share: 0)
    var attempts = Attempts(isRepeatable: true)
    #expect(next(&attempts, .connect, policy()) == nil)
    #expect(attempts.denial == .budget)
  }

  @Test mutating func withoutABudgetAllArePaid() {
    budget = RetryBudget(share: nil)
    for _ in 0..<1000 {
      var attempts = Attempts(isRepeatable: true)
      #expect(next(&attempts, .connect, policy()) != nil)
    }
  }

  @Test mutating func whatIsNotRetriedCostsNothing() {
    for _ in 0..<50 {
      var attempts = Attempts(isRepeatable: false)
      _ = next(&attempts, .connect, policy())
    }
    var retries = 0
    while budget.spend(at: .at(.zero)) { retries += 1 }
    #expect(retries == RetryBudget.reserve)
  }
}
