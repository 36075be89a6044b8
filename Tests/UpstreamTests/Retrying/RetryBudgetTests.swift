import Testing
import Timing

@testable import Upstream

struct RetryBudgetTests {
  /// Retries that `budget` pays for at once.
  private func drain(_ budget: inout RetryBudget, at now: Instant) -> Int {
    var retries = 0
    while budget.spend(at: now) { retries += 1 }
    return retries
  }

  @Test func beginsWithTheReserve() {
    var budget = RetryBudget(share: 0.2)
    #expect(drain(&budget, at: .at(.zero)) == RetryBudget.reserve)
  }

  @Test func earnsItsShareExactly() {
    var budget = RetryBudget(share: 0.2)
    _ = drain(&budget, at: .at(.zero))
    for _ in 0..<4 { budget.earn() }
    #expect(budget.spend(at: .at(.zero)) == false)
    budget.earn()
    #expect(drain(&budget, at: .at(.zero)) == 1)
    for _ in 0..<100 { budget.earn() }
    #expect(drain(&budget, at: .at(.zero)) == 20)
  }

  @Test func savingsAreCapped() {
    var budget = RetryBudget(share: 0.5)
    for _ in 0..<100_000 { budget.earn() }
    #expect(drain(&budget, at: .at(.zero)) == RetryBudget.capacity)
  }

  @Test func regainsOneASecondUpToTheReserve() {
    var budget = RetryBudget(share: 0.01)
    _ = drain(&budget, at: .at(.zero))
    #expect(budget.spend(at: .at(.milliseconds(999))) == false)
    #expect(drain(&budget, at: .at(.seconds(1))) == 1)
    #expect(drain(&budget, at: .at(.seconds(4))) == 3)
    #expect(drain(&budget, at: .at(.seconds(4000))) == RetryBudget.reserve)
  }

  @Test func fractionsOfASecondAddUp() {
    var budget = RetryBudget(share: 0.01)
    _ = drain(&budget, at: .at(.zero))
    var retries = 0
    for step in 1...3000 where budget.spend(at: .at(.nanoseconds(step * 1_000_333))) { retries += 1 }
    #expect(retries == 3)
  }

  @Test func nothingMeansNothing() {
    var budget = RetryBudget(share: 0)
    for _ in 0..<1000 { budget.earn() }
    #expect(budget.spend(at: .at(.seconds(100))) == false)
  }

  @Test func timeGoingBackIsNoGain() {
    var budget = RetryBudget(share: 0.1)
    _ = drain(&budget, at: .at(.seconds(10)))
    #expect(budget.spend(at: .at(.seconds(1))) == false)
    #expect(budget.spend(at: .at(.seconds(10))) == false)
  }
}
