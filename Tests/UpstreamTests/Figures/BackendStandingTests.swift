import Plans
import Resilience
import Testing
import Timing

@testable import Upstream

/// What is told of backends, and what of it goes on where a definition changes.
struct BackendStandingTests {
  private func pool() -> BackendPool { BackendPool(loops: []) { _ in } }

  @Test func figuresGoOnWhereADefinitionChanges() {
    let pool = pool()
    let plan = BackendPlan.test("http://a") { $0.maxConcurrent = 2 }
    var old: Backends? = Backends([plan], from: pool)
    old?.all[0].figures.shard(0).retry()
    var other = plan
    other.maxConcurrent = nil
    other.addresses[0].basePath = "/v2"
    var new: Backends? = Backends([other], from: pool)
    new?.all[0].figures.shard(0).retry()
    #expect(pool.standings.map(\.retries) == [2])
    // The newer one is told of, whichever ends first.
    #expect(pool.standings.first?.addresses.map(\.name) == ["http://a/v2"])
    old = nil
    #expect(pool.standings.first?.addresses.map(\.name) == ["http://a/v2"])
    new = nil
    #expect(pool.standings.map(\.retries) == [2])
    #expect(pool.standings.first?.addresses.isEmpty == true)
  }

  @Test func aBackendIsToldOfAsItStands() {
    let pool = pool()
    let plan = BackendPlan.test("http://a", "http://b") {
      $0.breaker = BackendPlan.Breaker()
      $0.maxConcurrent = 1
      $0.health = BackendPlan.Health(path: "/health")
    }
    let backends = Backends([plan], from: pool)
    let backend = backends.all[0]
    backend.addresses[1].isHealthy = false
    for _ in 0..<1000 { backend.addresses[0].breaker?.record(.bad, Breaker.Ticket(), at: .now()) }
    backend.figures.shard(0).queue.add(3_000_000)
    var lease: Lease? = Lease(gate: nil)
    lease?.count(in: backend.figures.shard(0))
    let standing = pool.standings.first
    #expect(standing?.name == plan.name && standing?.inFlight == 1)
    #expect(standing?.addresses.map(\.breaker) == [.open, .closed])
    #expect(standing?.addresses.map(\.isHealthy) == [true, false])
    #expect(standing?.queue?.count == 1 && standing?.queue?.sum == 3_000_000)
    lease = nil
    #expect(pool.standings.first?.inFlight == 0)
    withExtendedLifetime(backends) {}
  }

  @Test func withoutPlacesThereIsNoQueue() {
    let pool = pool()
    let backends = Backends([BackendPlan.test("http://a")], from: pool)
    #expect(pool.standings.first?.queue == nil)
    #expect(pool.standings.first?.addresses.first?.breaker == nil)
    withExtendedLifetime(backends) {}
  }

  @Test func namesAreBounded() {
    let table = BackendFigureTable(loops: 1)
    for name in 0..<BackendFigureTable.mostNames + 5 { table.figures(of: "b\(name)").shard(0).retry() }
    #expect(table.all.count == BackendFigureTable.mostNames)
    #expect(table.figures(of: "b0") === table.figures(of: "b0"))
  }
}
