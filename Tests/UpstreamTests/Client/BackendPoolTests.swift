import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// What two sets of definitions have of the same backend.
struct BackendPoolTests {
  private func pool(_ loops: [TransferLoop] = []) -> BackendPool { BackendPool(loops: loops) { _ in } }

  private func moved(_ plan: BackendPlan) -> BackendPlan {
    var plan = plan
    plan.location = SourceLocation(file: "other.yaml", line: 9, column: 3)
    plan.definition.add("timeout", "1000ms")
    return plan
  }

  @Test func whatIsDefinedAlikeIsOne() {
    let pool = pool()
    let plan = BackendPlan.test("http://a") { $0.breaker = BackendPlan.Breaker() }
    let old = Backends([plan], from: pool)
    let new = Backends([moved(plan)], from: pool)
    #expect(old.all[0] === new.all[0])
    #expect(pool.count == 1)
  }

  @Test func whatIsDefinedAnewIsAnother() throws {
    let pool = pool()
    let plan = BackendPlan.test("http://a") { $0.maxConcurrent = 2 }
    let old = Backends([plan], from: pool)
    let hash = try TextTemplate.compile("${path.id}")
    let changes: [(inout BackendPlan) -> Void] = [
      { $0.maxConcurrent = 3 }, { $0.timeout = .seconds(1) }, { $0.addresses[0].basePath = "/v2" },
      { $0.balance = .hash(hash) }, { $0.tls.verify = false },
    ]
    for (index, change) in changes.enumerated() {
      var other = plan
      change(&other)
      #expect(Backends([other], from: pool).all[0] !== old.all[0], "change \(index)")
    }
    #expect(pool.count == 1)
  }

  @Test func itLivesAsLongAsOneHasIt() {
    let pool = pool()
    let plan = BackendPlan.test("http://a")
    var sets = (0..<3).map { _ in Backends([plan], from: pool) }
    let backend = sets[0].all[0]
    sets.removeFirst()
    sets.append(Backends([plan], from: pool))
    #expect(sets[2].all[0] === backend)
    sets = []
    #expect(pool.count == 0)
    #expect(Backends([plan], from: pool).all[0] !== backend)
  }

  /// A call holds what it was begun with.
  @Test func aCallUnderWayKeepsIt() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    let plan = BackendPlan.test(server.origin)
    try await TestLoop.run(plan) { test in
      let pool = pool([test.loop])
      let client = UpstreamClient(backends: Backends([plan], from: pool), loop: test.loop)
      let call = Task(executorPreference: test.reactor) { [client] in await client.send(.test("GET", "/call")) }
      await test.until { server.hanging == 1 }
      #expect(pool.count == 1)
      server.release()
      #expect(await call.value.status == 200)
    }
  }

  @Test func oneLoopHasOnePartOfIt() async throws {
    let plan = BackendPlan.test("http://a", "http://b") { $0.retry = BackendPlan.Retry() }
    try await TestLoop.run(plan) { test in
      let pool = pool([test.loop])
      let clients = (0..<2).map { _ in UpstreamClient(backends: Backends([plan], from: pool), loop: test.loop) }
      #expect(clients[0].local[0] === clients[1].local[0])
    }
  }

  /// Its probes end, and what is kept of its connections; another backend's at the same address stay.
  @Test func whatNobodyHasEnds() async throws {
    let servers = [ScriptedServer(.status(200)), ScriptedServer(.status(200))]
    defer { for server in servers { server.stop() } }
    var probed = BackendPlan.test(servers[0].origin)
    probed.health = BackendPlan.Health(path: "/health")
    probed.health?.every = .milliseconds(5)
    var kept = BackendPlan.test(servers[1].origin)
    kept.name = "kept"
    try await TestLoop.run(kept) { [probed, kept] test in
      let pool = pool([test.loop])
      let stays = UpstreamClient(backends: Backends([kept], from: pool), loop: test.loop)
      var goes: UpstreamClient? = UpstreamClient(backends: Backends([kept, probed], from: pool), loop: test.loop)
      _ = await goes?.send(.test("GET", "/call"))
      await test.until { servers[0].requests.count > 1 && servers[0].connectionCount > 0 }
      goes = nil
      await test.until { pool.count == 1 && servers[0].connectionCount == 0 }
      _ = await stays.send(.test("GET", "/call"))
      #expect(servers[1].requests.count == 2)
      #expect(servers[1].acceptedCount == 1)
    }
  }
}
