import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

struct LeaseTests {
  private func lease(_ gate: SharedGate) throws -> Lease {
    Lease(gate: gate, ticket: try gate.ticket())
  }

  private func gate() throws -> SharedGate {
    try #require(
      SharedGate(
        .test("http://127.0.0.1:1") {
          $0.maxConcurrent = 1
          $0.breaker = BackendPlan.Breaker()
          $0.breaker?.minimumCalls = 1
        }))
  }

  @Test func endingGivesTheSlotBack() throws {
    let gate = try gate()
    try lease(gate).end(.good)
    try lease(gate).end(.good)
  }

  @Test func droppingGivesTheSlotBackWithoutAVerdict() throws {
    let gate = try gate()
    for _ in 0..<3 {
      let dropped = try lease(gate)
      _ = consume dropped
    }
    try lease(gate).end(.none)
  }

  @Test func theVerdictReachesTheBreaker() throws {
    let gate = try gate()
    try lease(gate).end(.bad)
    #expect(throws: SharedGate.NotAdmitted.self) { try gate.ticket() }
  }

  @Test func judgingComesBeforeTheEnd() throws {
    let gate = try gate()
    let lease = try lease(gate)
    lease.judge(.bad)
    #expect(throws: SharedGate.NotAdmitted.self) { try gate.ticket() }
    lease.end(.none)
  }

  @Test func anAddressIsOccupiedWhileItLasts() {
    let address = BackendAddress(.init(origin: "http://127.0.0.1:1"), settings: OriginSettings())
    var lease = Lease(gate: nil)
    lease.occupy(address)
    #expect(address.load == 1)
    lease.end(.good)
    #expect(address.load == 0)
  }
}
