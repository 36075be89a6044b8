import Plans
import Resilience
import Testing
import Timing
import Transfers

@testable import Upstream

struct LeaseTests {
  private let backend = Backend(
    .test("http://127.0.0.1:1") {
      $0.maxConcurrent = 1
      $0.breaker = BackendPlan.Breaker()
      $0.breaker?.minimumCalls = 1
    })

  private func lease() throws -> Lease {
    let gate = try #require(backend.gate)
    try gate.take()
    var lease = Lease(gate: gate)
    lease.occupy(backend.addresses[0], try backend.addresses[0].ticket())
    return lease
  }

  @Test func endingGivesTheSlotBack() throws {
    try lease().end(.good)
    try lease().end(.good)
  }

  @Test func droppingGivesTheSlotBackWithoutAVerdict() throws {
    for _ in 0..<3 {
      let dropped = try lease()
      _ = consume dropped
    }
    try lease().end(.none)
  }

  @Test func theVerdictReachesTheBreaker() throws {
    try lease().end(.bad)
    #expect(backend.addresses.refusal(at: .now()) != nil)
  }

  @Test func judgingComesBeforeTheEnd() throws {
    let lease = try lease()
    lease.judge(.bad)
    #expect(backend.addresses.refusal(at: .now()) != nil)
    lease.end(.none)
  }

  @Test func anAddressIsOccupiedWhileItLasts() {
    let address = BackendAddress(.init(origin: "http://127.0.0.1:1"), settings: OriginSettings())
    var lease = Lease(gate: nil)
    lease.occupy(address, Breaker.Ticket())
    #expect(address.load == 1)
    lease.end(.good)
    #expect(address.load == 0)
  }
}
