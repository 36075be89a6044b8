import Locking
import Plans
import Resilience
import Testing
import Timing

@testable import Upstream

struct AddressBreakerTests {
  private func breaker(_ report: @escaping @Sendable (Breaker.Change) -> Void = { _ in }) -> AddressBreaker {
    var plan = BackendPlan.Breaker()
    plan.minimumCalls = 1
    return AddressBreaker(plan, onChange: report)
  }

  private func ticket(_ breaker: AddressBreaker, at time: Duration) throws -> Breaker.Ticket {
    guard case .admitted(let ticket) = breaker.admit(at: .at(time)) else { throw Unexpected("refused") }
    return ticket
  }

  @Test func theLookWithoutALockSaysWhatTheBreakerSays() throws {
    let breaker = breaker()
    #expect(breaker.refusal(at: .at(.zero)) == nil)
    breaker.record(.bad, try ticket(breaker, at: .zero), at: .at(.zero))
    #expect(breaker.refusal(at: .at(.seconds(4))) == .seconds(6))
    #expect(breaker.refusal(at: .at(.seconds(10))) == nil)
    let probe = try ticket(breaker, at: .seconds(10))
    #expect(breaker.refusal(at: .at(.seconds(10))) == Breaker.retryAfterProbe)
    breaker.record(.good, probe, at: .at(.seconds(10)))
    #expect(breaker.refusal(at: .at(.seconds(10))) == nil)
  }

  @Test func changesAreReported() throws {
    let changes = Locked<[Breaker.Change.State]>([])
    let breaker = breaker { change in changes.withLock { $0.append(change.to) } }
    breaker.record(.bad, try ticket(breaker, at: .zero), at: .at(.zero))
    breaker.record(.good, try ticket(breaker, at: .seconds(10)), at: .at(.seconds(10)))
    #expect(changes.withLock { $0 } == [.open, .halfOpen, .closed])
  }

  @Test func aBackendRefusesWhereAllItsAddressesDo() throws {
    let addresses = Backend(.test("http://a", "http://b") { $0.breaker = BackendPlan.Breaker() }).addresses
    let breakers = try addresses.map { try #require($0.breaker) }
    func open(_ breaker: AddressBreaker, at time: Duration) throws {
      for _ in 0..<10 { breaker.record(.bad, try ticket(breaker, at: time), at: .at(time)) }
    }
    try open(breakers[0], at: .zero)
    #expect(addresses.refusal(at: .at(.zero)) == nil)
    try open(breakers[1], at: .seconds(3))
    #expect(addresses.refusal(at: .at(.seconds(4))) == .seconds(6), "the first that may be tried again")
    #expect(addresses.refusal(at: .at(.seconds(10))) == nil)
  }
}
