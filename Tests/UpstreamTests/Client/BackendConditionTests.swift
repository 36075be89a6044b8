import Plans
import Resilience
import Testing
import Timing
import Transfers

@testable import Upstream

/// How a backend is told to be.
struct BackendConditionTests {
  @Test(
    arguments: [
      (nil, nil, nil, .unknown), (nil, nil, 0, .up), (nil, nil, 1, .degraded), (nil, nil, 2, .degraded),
      (nil, nil, 3, .down), (.closed, nil, nil, .unknown), (.closed, nil, 9, .degraded), (.open, nil, 9, .down),
      (.open, true, 0, .down), (.halfOpen, nil, 3, .degraded), (nil, false, 0, .down), (nil, true, 5, .degraded),
      (nil, true, 0, .up),
    ] as [(Breaker.Change.State?, Bool?, Int?, BackendCondition.State)])
  func anAddressIsAsItsSignsSay(
    _ breaker: Breaker.Change.State?, _ isHealthy: Bool?, _ failures: Int?, _ expected: BackendCondition.State
  ) {
    #expect(BackendCondition.state(breaker, isHealthy, failures: failures) == expected)
  }

  @Test func whatSaysNothingOfAnAddressIsNotCounted() {
    let condition = AddressCondition()
    condition.note(.cancelled)
    condition.note(.tooLarge)
    #expect(condition.failuresInARow == nil && condition.lastFailure == nil)
    condition.note(503)
    condition.note(.timeout)
    #expect(condition.failuresInARow == 2 && condition.lastFailure?.words == "timeout")
    condition.note(404)
    #expect(condition.failuresInARow == 0 && condition.lastFailure?.words == "timeout")
  }

  @Test func callsTell() async throws {
    let good = ScriptedServer(.status(200))
    let bad = ScriptedServer(.status(503))
    defer { for server in [good, bad] { server.stop() } }
    try await TestLoop.run(.test(good.origin, bad.origin)) { test in
      func states() -> [BackendCondition.State] { test.backends.conditions[0].addresses.map(\.state) }
      #expect(test.backends.conditions[0].state == .unknown)
      for _ in 0..<2 { _ = await test.client.send(.test()) }
      #expect(states() == [.up, .degraded])
      for _ in 0..<4 { _ = await test.client.send(.test()) }
      #expect(states() == [.up, .down])
      #expect(test.backends.conditions[0].state == .degraded)
      #expect(test.backends.conditions[0].addresses[1].lastFailure?.words == "status 503")
    }
  }

  @Test func aBreakerTells() async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let plan = BackendPlan.test(refusing.origin) {
      $0.breaker = BackendPlan.Breaker()
      $0.breaker?.minimumCalls = 2
      $0.breaker?.openFor = .seconds(3600)
    }
    try await TestLoop.run(plan) { test in
      for _ in 0..<2 { _ = await test.client.send(.test()) }
      let condition = test.backends.conditions[0]
      #expect(condition.state == .down && condition.addresses[0].breaker == .open)
      #expect(condition.addresses[0].lastFailure?.words.hasPrefix("connect: ") == true)
    }
  }
}
