import Plans
import Resilience
import Testing

@testable import Upstream

struct VerdictTests {
  @Test(arguments: [(200, Breaker.Verdict.good), (304, .good), (404, .good), (429, .good), (500, .bad), (503, .bad)])
  func statuses(status: Int, verdict: Breaker.Verdict) {
    #expect(Breaker.Verdict(status: status, failing: BackendPlan.Breaker().countStatus) == verdict)
  }

  @Test func statusesAreOnesOwnChoice() {
    let failing = StatusSet([429, 503])
    #expect([429, 500, 503].map { Breaker.Verdict(status: $0, failing: failing) } == [.bad, .good, .bad])
  }
}
