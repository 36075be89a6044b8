import Plans
import Resilience
import Testing
import Timing
import Transfers

@testable import Upstream

/// What an operator sees of backends, and does to them.
@Suite struct BackendConditionTests {
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
      func states() -> [BackendCondition.State] { test.backends.conditions(at: .now())[0].addresses.map(\.state) }
      #expect(test.backends.conditions(at: .now())[0].state == .unknown)
      for _ in 0..<2 { _ = await test.client.send(.test()) }
      #expect(states() == [.up, .degraded])
      for _ in 0..<4 { _ = await test.client.send(.test()) }
      #expect(states() == [.up, .down])
      #expect(test.backends.conditions(at: .now())[0].state == .degraded)
      #expect(test.backends.conditions(at: .now())[0].addresses[1].lastFailure?.words == "status 503")
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
      let condition = test.backends.conditions(at: .now())[0]
      #expect(condition.state == .down && condition.addresses[0].breaker == .open)
      #expect(condition.addresses[0].lastFailure?.words.hasPrefix("connect: ") == true)
    }
  }

  private let now = Instant(nanoseconds: 1_000_000_000)

  @Test func conditionsSayWhatIsKnown() {
    let backends = Backends([
      .test("http://a") { $0.breaker = BackendPlan.Breaker() }, .test("http://b") { $0.maxConcurrent = 3 },
    ])
    let (first, second) = (backends.conditions(at: now)[0], backends.conditions(at: now)[1])
    #expect(first.addresses.map(\.name) == ["http://a"] && first.addresses[0].breaker == .closed)
    #expect(first.addresses[0].isHealthy == nil && !first.addresses[0].isDrained && first.places == nil)
    #expect(second.addresses[0].breaker == nil && second.places?.most == 3 && second.places?.waiting == 0)
    backends.all[0].addresses[0].begin()
    let later = backends.conditions(at: now)[0].addresses[0]
    #expect(later.inFlight == 1)
  }

  @Test func anOpenBreakerIsReset() throws {
    let backends = Backends([.test("http://a") { $0.breaker = BackendPlan.Breaker() }])
    let breaker = try #require(backends.all[0].addresses[0].breaker)
    for _ in 0..<BackendPlan.Breaker().minimumCalls {
      guard case .admitted(let ticket) = breaker.admit(at: now) else { break }
      breaker.record(.bad, ticket, at: now)
    }
    let open = backends.conditions(at: now)[0].addresses[0]
    #expect(open.breaker == .open && open.openFor == BackendPlan.Breaker().openFor)
    #expect(!backends.resetBreakers(of: "nobody"))
    #expect(breaker.refusal(at: now) != nil)
    #expect(backends.resetBreakers(of: backends.all[0].name))
    #expect(breaker.refusal(at: now) == nil && backends.conditions(at: now)[0].addresses[0].breaker == .closed)
  }

  @Test func aDrainedAddressGetsNothing() throws {
    for balance: BackendPlan.Balance in [.roundRobin, .leastRequests, .randomOfTwo] {
      let backends = Backends([.test("http://a", "http://b") { $0.balance = balance }])
      let (backend, name) = (backends.all[0], backends.all[0].name)
      #expect(backends.setDrained(true, address: "http://a", of: name) == .done)
      #expect(picks(backend) == ["http://b"])
      #expect(backends.setDrained(true, address: "http://b", of: name) == .lastOne)
      #expect(backends.setDrained(false, address: "http://a", of: name) == .done)
      #expect(picks(backend) == ["http://a", "http://b"])
    }
  }

  @Test func whatIsNotThereIsNotDrained() {
    let backends = Backends([.test("http://a")])
    #expect(backends.setDrained(true, address: "http://a", of: "nobody") == .noSuchBackend)
    #expect(backends.setDrained(true, address: "http://c", of: backends.all[0].name) == .noSuchAddress)
    #expect(backends.setDrained(true, address: "http://a", of: backends.all[0].name) == .lastOne)
    #expect(backends.setDrained(false, address: "http://a", of: backends.all[0].name) == .done)
  }

  /// The names of the addresses that twenty requests are sent to.
  private func picks(_ backend: Backend) -> Set<String> {
    let local = LocalBackend(backend, ordinal: 0)
    var random = SplitMix64(seed: 7)
    var names: Set<String> = []
    for _ in 0..<20 {
      var tried = TriedAddresses()
      if case .address(let address, _) = local.pick(backend, key: nil, tried: &tried, random: &random, at: now) {
        names.insert(address.name)
      }
    }
    return names
  }
}
