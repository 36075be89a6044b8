import Testing

@testable import Gateway

@Suite struct DescriptorBudgetTests {
  @Test func enoughForAll() {
    let budget = DescriptorBudget(limit: 1 << 20, open: 40, connections: 10_000)
    #expect(budget.connections == 10_000)
    #expect(budget.refusals == 256)
  }

  @Test(arguments: [0, 64, 256, 1024, 4096, 20_000])
  func nobodyTakesAll(limit: Int) {
    let budget = DescriptorBudget(limit: limit, open: 40, connections: 10_000)
    #expect(budget.connections > 0 && budget.backendConnections > 0)
    #expect(budget.connections <= budget.backendConnections)
    let taken = 40 + budget.connections + budget.backendConnections + budget.refusals + DescriptorBudget.reserve
    #expect(taken <= max(limit, 176))
  }
}
