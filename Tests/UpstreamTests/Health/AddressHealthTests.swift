import Plans
import Testing

@testable import Upstream

struct AddressHealthTests {
  private func health(unhealthyAfter: Int = 3, healthyAfter: Int = 2) -> AddressHealth {
    var plan = BackendPlan.Health(path: "/health")
    plan.unhealthyAfter = unhealthyAfter
    plan.healthyAfter = healthyAfter
    return AddressHealth(plan)
  }

  @Test func beginsHealthy() {
    #expect(health().isHealthy)
  }

  @Test func changesAfterEnoughInARow() {
    var health = health()
    #expect([false, false, false].map { health.record(isGood: $0) } == [false, false, true])
    #expect(!health.isHealthy)
    #expect([true, true].map { health.record(isGood: $0) } == [false, true])
    #expect(health.isHealthy)
  }

  @Test func oneContradictionStartsTheCountAnew() {
    var health = health()
    for isGood in [false, false, true, false, false] { #expect(health.record(isGood: isGood) == false) }
    #expect(health.isHealthy)
    #expect(health.record(isGood: false) == true)
    for isGood in [true, false, true] { #expect(health.record(isGood: isGood) == false) }
    #expect(!health.isHealthy)
  }

  @Test func oneIsEnoughWhereItSaysSo() {
    var health = health(unhealthyAfter: 1, healthyAfter: 1)
    #expect([false, true].map { health.record(isGood: $0) } == [true, true])
  }
}
