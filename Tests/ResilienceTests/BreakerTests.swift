import Resilience
import Testing
import Timing

struct BreakerTests {
  /// Opens at 50 % of at least 4 calls in 10 s, for 5 s.
  private var breaker = Breaker(
    window: .time(.seconds(10)), pauses: Backoff(first: .seconds(5), longest: .seconds(5)), leastCalls: 4)

  private mutating func admit(at time: Duration) -> Breaker.Ticket? {
    if case .admitted(let ticket) = breaker.admit(at: .at(time)) { ticket } else { nil }
  }

  private mutating func call(_ verdict: Breaker.Verdict, at time: Duration) throws {
    breaker.record(verdict, try #require(admit(at: time)), at: .at(time))
  }

  private mutating func open(at time: Duration) throws {
    for _ in 0..<4 { try call(.bad, at: time) }
  }

  @Test mutating func theCallThatMakesThemEnoughMayBeGood() throws {
    for verdict in [Breaker.Verdict.bad, .bad, .good] { try call(verdict, at: .zero) }
    #expect(breaker.isClosed)
    try call(.good, at: .zero)
    #expect(breaker.admit(at: .at(.seconds(2))) == .refused(retryAfter: .seconds(3)))
  }

  @Test mutating func opensAtTheRateOnceThereAreEnoughCalls() throws {
    for verdict in [Breaker.Verdict.bad, .good, .bad] { try call(verdict, at: .zero) }
    try call(.bad, at: .seconds(1))
    #expect(breaker.admit(at: .at(.seconds(2))) == .refused(retryAfter: .seconds(4)))
  }

  @Test mutating func staysClosedBelowTheRate() throws {
    for second in 0..<40 { try call(second % 3 == 1 ? .bad : .good, at: .seconds(second)) }
    #expect(admit(at: .seconds(40)) != nil)
  }

  @Test mutating func oldErrorsAreForgotten() throws {
    for _ in 0..<3 { try call(.bad, at: .zero) }
    try call(.bad, at: .seconds(11))
    #expect(admit(at: .seconds(11)) != nil)
  }

  @Test mutating func cancelledCallsDoNotCount() throws {
    for _ in 0..<50 { try call(.none, at: .zero) }
    for _ in 0..<3 { try call(.bad, at: .zero) }
    #expect(admit(at: .zero) != nil)
  }

  @Test mutating func oneProbeThenClosed() throws {
    try open(at: .zero)
    #expect(admit(at: .milliseconds(4_999)) == nil)
    let probe = try #require(admit(at: .seconds(5)))
    #expect(breaker.admit(at: .at(.seconds(5))) == .refused(retryAfter: Breaker.retryAfterProbe))
    breaker.record(.good, probe, at: .at(.seconds(6)))
    // Closed, and the old errors are forgotten.
    for _ in 0..<3 { try call(.bad, at: .seconds(6)) }
    #expect(admit(at: .seconds(6)) != nil)
  }

  @Test mutating func aBadProbeOpensItAgain() throws {
    try open(at: .zero)
    let probe = try #require(admit(at: .seconds(5)))
    breaker.record(.bad, probe, at: .at(.seconds(7)))
    #expect(breaker.admit(at: .at(.seconds(8))) == .refused(retryAfter: .seconds(4)))
    #expect(admit(at: .seconds(12)) != nil)
  }

  @Test mutating func aCancelledProbeMakesRoomForTheNext() throws {
    try open(at: .zero)
    let probe = try #require(admit(at: .seconds(5)))
    breaker.record(.none, probe, at: .at(.seconds(6)))
    #expect(admit(at: .seconds(6)) != nil)
    #expect(admit(at: .seconds(6)) == nil)
  }

  @Test mutating func lateResultsSayNothing() throws {
    let slow = try #require(admit(at: .zero))
    try open(at: .zero)
    let probe = try #require(admit(at: .seconds(5)))
    breaker.record(.good, slow, at: .at(.seconds(5)))
    #expect(admit(at: .seconds(5)) == nil)
    breaker.record(.good, probe, at: .at(.seconds(5)))
    for _ in 0..<10 { breaker.record(.bad, slow, at: .at(.seconds(5))) }
    #expect(admit(at: .seconds(5)) != nil)
  }

  @Test mutating func aResultCountsOnceForAProbe() throws {
    try open(at: .zero)
    let probe = try #require(admit(at: .seconds(5)))
    breaker.record(.good, probe, at: .at(.seconds(5)))
    for _ in 0..<10 { breaker.record(.bad, probe, at: .at(.seconds(5))) }
    #expect(admit(at: .seconds(5)) != nil)
  }

  @Test mutating func askingDoesNotTakeTheProbe() throws {
    try open(at: .zero)
    #expect(breaker.refusal(at: .at(.seconds(1))) == .seconds(4))
    #expect(breaker.refusal(at: .at(.seconds(5))) == nil)
    #expect(admit(at: .seconds(5)) != nil)
    #expect(breaker.refusal(at: .at(.seconds(5))) == Breaker.retryAfterProbe)
  }

  @Test mutating func allIsHundredPercent() throws {
    breaker = Breaker(
      window: .time(.seconds(10)), pauses: Backoff(first: .seconds(10), longest: .seconds(10)), leastCalls: 2, rate: 1)
    for verdict in [Breaker.Verdict.good, .bad, .bad, .bad] { try call(verdict, at: .zero) }
    #expect(breaker.takeChange() == nil)
    for _ in 0..<2 { try call(.bad, at: .seconds(11)) }
    #expect(breaker.takeChange() == Breaker.Change(to: .open, calls: 2, failures: 2, openFor: .seconds(10)))
  }

  @Test mutating func eachChangeIsToldOnceWithWhatMadeIt() throws {
    try call(.good, at: .zero)
    #expect(breaker.takeChange() == nil)
    for _ in 0..<3 { try call(.bad, at: .zero) }
    #expect(breaker.takeChange() == Breaker.Change(to: .open, calls: 4, failures: 3, openFor: .seconds(5)))
    #expect(admit(at: .seconds(1)) == nil && breaker.takeChange() == nil)
    let cancelled = try #require(admit(at: .seconds(5)))
    #expect(breaker.takeChange() == Breaker.Change(to: .halfOpen))
    breaker.record(.none, cancelled, at: .at(.seconds(5)))
    let probe = try #require(admit(at: .seconds(5)))
    #expect(breaker.takeChange() == nil, "it is still half-open")
    breaker.record(.bad, probe, at: .at(.seconds(5)))
    #expect(breaker.takeChange() == Breaker.Change(to: .open, calls: 1, failures: 1, openFor: .seconds(5)))
    try call(.good, at: .seconds(10))
    #expect(breaker.takeChange() == Breaker.Change(to: .closed, calls: 1))
  }

  @Test func pausesGrowUntilTheServerIsWell() {
    var breaker = Breaker(
      window: .results(4), pauses: Backoff(first: .seconds(1), longest: .seconds(3)), leastFailures: 2, leastGood: 4)
    func open(_ breaker: inout Breaker, at time: Duration) -> Duration? {
      for _ in 0..<4 { breaker.record(.bad, breaker.ticket, at: .at(time)) }
      return breaker.takeChange()?.openFor
    }
    func probe(_ breaker: inout Breaker, at time: Duration) {
      guard case .admitted(let ticket) = breaker.admit(at: .at(time)) else { return }
      breaker.record(.good, ticket, at: .at(time))
    }
    for (time, pause) in [(0, 1), (10, 2), (20, 3), (30, 3)] {
      #expect(open(&breaker, at: .seconds(time)) == .seconds(pause))
      #expect(!breaker.isClosed && breaker.shutUntil == .at(.seconds(time + pause)))
      probe(&breaker, at: .seconds(time + pause))
      #expect(breaker.isClosed)
    }
    for _ in 0..<4 { breaker.record(.good, breaker.ticket, at: .at(.seconds(40))) }
    #expect(open(&breaker, at: .seconds(40)) == .seconds(1))
  }

  @Test mutating func anotherServerBeginsWithoutAPast() throws {
    try open(at: .zero)
    let probe = try #require(admit(at: .seconds(5)))
    breaker.reset()
    breaker.record(.bad, probe, at: .at(.seconds(5)))
    #expect(breaker.isClosed && breaker.takeChange() == nil)
    for _ in 0..<3 { try call(.bad, at: .seconds(5)) }
    #expect(breaker.isClosed)
  }
}
