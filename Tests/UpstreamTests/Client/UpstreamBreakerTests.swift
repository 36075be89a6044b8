import Locking
import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// The breaker over real sockets.
struct UpstreamBreakerTests {
  private func plan(_ origin: String, openFor: Duration) -> BackendPlan {
    .test(origin) {
      $0.breaker = BackendPlan.Breaker()
      $0.breaker?.minimumCalls = 3
      $0.breaker?.openFor = openFor
    }
  }

  @Test func opensAndRefuses() async throws {
    let server = ScriptedServer(.status(500))
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin, openFor: .seconds(3600))) { test in
      for _ in 0..<3 { #expect(await test.client.send(.test()).status == 500) }
      let reply = await test.client.send(.test())
      guard case .failure(.circuitOpen(let retryAfter)) = reply.result else { throw Unexpected(reply) }
      #expect((1...3600).contains(retryAfter))
      #expect(!reply.wasSent)
    }
    #expect(server.requests.count == 3)
  }

  @Test func closesAfterAGoodProbe() async throws {
    let server = ScriptedServer { number, _ in .status(number < 3 ? 500 : 200) }
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin, openFor: .milliseconds(20))) { test in
      for _ in 0..<3 { _ = await test.client.send(.test()) }
      while await test.client.send(.test()).status != 200 {
        try await test.reactor.sleep(until: Instant.now().advanced(by: .milliseconds(5)))
      }
      for _ in 0..<5 { #expect(await test.client.send(.test()).status == 200) }
    }
    #expect(server.requests.count == 9)
  }

  @Test func refusedConnectionsOpenIt() async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    try await TestLoop.run(plan(refusing.origin, openFor: .seconds(3600))) { test in
      for _ in 0..<3 { _ = await test.client.send(.test()) }
      let reply = await test.client.send(.test())
      guard case .failure(.circuitOpen) = reply.result else { throw Unexpected(reply) }
    }
  }

  @Test(arguments: [BackendPlan.Balance.roundRobin, .leastRequests, .randomOfTwo])
  func aDeadAddressTakesNoOtherAlong(balance: BackendPlan.Balance) async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    let events = Locked<[UpstreamEvent]>([])
    var plan = BackendPlan.test(refusing.origin, server.origin)
    plan.balance = balance
    plan.breaker = BackendPlan.Breaker()
    plan.breaker?.minimumCalls = 3
    plan.breaker?.openFor = .seconds(3600)
    let bad = try await TestLoop.run(
      sharing: Backends([plan]) { event in events.withLock { $0.append(event) } }
    ) { test in
      var bad = 0
      while events.withLock({ $0.isEmpty }) { bad += await test.client.send(.test()).failure == nil ? 0 : 1 }
      for _ in 0..<30 { #expect(await test.client.send(.test()).status == 200) }
      return bad
    }
    #expect(bad >= 3)
    guard case .breaker(let change, "test", refusing.origin) = events.withLock({ $0 }).first else {
      throw Unexpected(events.withLock { $0 })
    }
    #expect(change.to == .open && change.failures == bad && change.calls == bad)
  }

  @Test func whereAllAddressesAreOpenTheCircuitIs() async throws {
    let refusing = [RefusingPort(), RefusingPort()]
    defer { for port in refusing { port.stop() } }
    var plan = BackendPlan.test(refusing[0].origin, refusing[1].origin)
    plan.breaker = BackendPlan.Breaker()
    plan.breaker?.minimumCalls = 3
    try await TestLoop.run(plan) { test in
      for _ in 0..<6 {
        guard case .connect = await test.client.send(.test()).failure else { throw Unexpected("not sent") }
      }
      let reply = await test.client.send(.test())
      guard case .failure(.circuitOpen) = reply.result else { throw Unexpected(reply) }
    }
  }

  @Test func whatIsNotTheBackendsFaultDoesNot() async throws {
    let server = ScriptedServer { number, _ in number % 2 == 0 ? .status(404) : .status(200, "too large") }
    defer { server.stop() }
    var plan = plan(server.origin, openFor: .seconds(3600))
    plan.maxResponse = 4
    try await TestLoop.run(plan) { test in
      for _ in 0..<10 { #expect(await test.client.send(.test()).wasSent) }
    }
    #expect(server.requests.count == 10)
  }
}
