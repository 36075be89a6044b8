import Resilience
import Testing
import Timing

@testable import Redis

/// The breaker under the rules that hold for Redis.
struct RedisBreakerTests {
  private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  /// Whether this result opened it.
  private func record(_ breaker: inout Breaker, timedOut: Bool) -> Bool {
    breaker.record(timedOut ? .bad : .good, breaker.ticket, at: at(0))
    return breaker.takeChange()?.to == .open
  }

  /// Whether the last of several results opened it.
  private func times(_ count: Int, _ breaker: inout Breaker, timedOut: Bool) -> Bool {
    var opened = false
    for _ in 0..<count { opened = record(&breaker, timedOut: timedOut) }
    return opened
  }

  private func endProbe(_ breaker: inout Breaker, answered: Bool, at milliseconds: Int64) {
    breaker.record(answered ? .good : .bad, breaker.ticket, at: at(milliseconds))
  }

  @Test func opensAfterFiveTimeoutsInARow() {
    var breaker = Breaker.redis()
    let opened1 = times(4, &breaker, timedOut: true)
    #expect(!opened1)
    let opened2 = times(1, &breaker, timedOut: true)
    #expect(opened2)
    #expect(breaker.shutUntil == at(250))
    let opened3 = times(1, &breaker, timedOut: true)
    #expect(!opened3)
  }

  @Test func aFewTimeoutsAmongManyAnswersAreNothing() {
    var breaker = Breaker.redis()
    for number in 0..<200 {
      let opened = record(&breaker, timedOut: number % 3 == 0)
      #expect(!opened)
    }
  }

  @Test func opensAtHalf() {
    var breaker = Breaker.redis()
    let opened4 = times(100, &breaker, timedOut: false)
    #expect(!opened4)
    var opened = 0
    for number in 0..<40 where opened == 0 {
      if record(&breaker, timedOut: number % 2 == 0) { opened = number }
    }
    #expect(opened == 14)
  }

  @Test func oneProbeAtATimeAndLongerPauses() {
    var breaker = Breaker.redis()
    let isOpen = times(5, &breaker, timedOut: true)
    let early = breaker.admit(at: at(249))
    #expect(isOpen && early == .refused(retryAfter: .milliseconds(1)))
    let probe = breaker.admit(at: at(250))
    #expect(probe == .admitted(breaker.ticket))
    let other = breaker.admit(at: at(251))
    #expect(other == .refused(retryAfter: Breaker.retryAfterProbe))
    endProbe(&breaker, answered: false, at: 300)
    #expect(breaker.shutUntil == at(800))
    let second = breaker.admit(at: at(800))
    #expect(second == .admitted(breaker.ticket))
    endProbe(&breaker, answered: true, at: 801)
    #expect(breaker.isClosed)
    // The old results are forgotten.
    let opened5 = times(4, &breaker, timedOut: true)
    #expect(!opened5)
  }

  @Test func whoAnswersProbesOnlyIsLeftAloneForLonger() {
    var breaker = Breaker.redis()
    for pause: Int64 in [250, 500, 1000] {
      _ = times(5, &breaker, timedOut: true)
      #expect(breaker.shutUntil == at(pause))
      let probe = breaker.admit(at: at(pause))
      #expect(probe == .admitted(breaker.ticket))
      endProbe(&breaker, answered: true, at: pause)
      #expect(breaker.isClosed)
    }
    _ = times(16, &breaker, timedOut: false)
    _ = times(16, &breaker, timedOut: true)
    #expect(breaker.shutUntil == at(250))
  }
}
