import Plans
import Testing
import Timing

@testable import Upstream

/// *Confined to its test.* A schedule, of which expectations may ask what changes it.
private final class Schedule {
  private var schedule = AccessTokenSchedule()
  var wakeUp: Instant? { schedule.wakeUp }

  func token(after refused: Int? = nil, at now: Instant) -> Int? { schedule.token(after: refused, at: now)?.number }
  func take(_ event: AccessTokenSchedule.Event, at now: Instant) -> Bool { schedule.take(event, at: now) }
  func ask(at now: Instant) -> AccessTokenSchedule.Answer { schedule.ask(at: now) }
  func refuse(_ number: Int, at now: Instant) -> AccessTokenSchedule.Refusal { schedule.refuse(number, at: now) }
}

@Suite struct AccessTokenScheduleTests {
  private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

  private func token(_ lifetime: Duration?) -> AccessTokenSchedule.Event {
    .fetched(AccessToken(Secret("t"), lifetime: lifetime))
  }

  /// It asks at 0 and has a token at 1.
  private func begun(_ lifetime: Duration?) -> Schedule {
    let schedule = Schedule()
    #expect(schedule.take(.clock, at: at(0)))
    #expect(!schedule.take(token(lifetime), at: at(1)))
    return schedule
  }

  @Test func itIsFetchedAtOnceAndRequestsWaitForThat() {
    let schedule = Schedule()
    #expect(schedule.take(.clock, at: at(0)))
    #expect(schedule.wakeUp == nil && schedule.token(at: at(0)) == nil)
    #expect(schedule.ask(at: at(0.5)) == .wait)
    #expect(!schedule.take(.clock, at: at(0.5)))
    #expect(!schedule.take(token(.seconds(100)), at: at(1)))
    #expect(schedule.token(at: at(1)) == 1)
  }

  /// Of its life, told from the request on, the last fifth is for the next one, and five minutes at most.
  @Test(
    arguments: [
      (nil, 240, 300), (.seconds(100), 80, 100), (.seconds(3600), 3300, 3600), (.seconds(10_000_000), 86_100, 86_400),
      (.seconds(10), 8, 10),
    ] as [(Duration?, Double, Double)])
  func itIsRenewedBeforeItsEnd(_ lifetime: Duration?, _ renewal: Double, _ end: Double) {
    let schedule = begun(lifetime)
    #expect(schedule.wakeUp == at(renewal))
    #expect(!schedule.take(.clock, at: at(renewal - 0.001)))
    #expect(schedule.take(.clock, at: at(renewal)))
    #expect(schedule.wakeUp == at(end) && schedule.token(at: at(end - 0.001)) == 1)
    #expect(schedule.token(at: at(end)) == nil)
    #expect(!schedule.take(.clock, at: at(end)))
    #expect(schedule.wakeUp == nil)
    #expect(!schedule.take(token(.seconds(10_000)), at: at(end)))
    #expect(schedule.token(at: at(end)) == 2)
  }

  /// However short a life is, servers are not asked without a pause.
  @Test func shortLivesHaveAPause() {
    let schedule = begun(.milliseconds(1))
    #expect(schedule.token(at: at(1)) == nil)
    #expect(schedule.wakeUp == at(2))
    #expect(schedule.ask(at: at(1.9)) == .unavailable)
    #expect(schedule.ask(at: at(2)) == .fetch)
    #expect(schedule.ask(at: at(2)) == .wait)
  }

  @Test func failuresHavePausesThatGrow() {
    let schedule = Schedule()
    var now = 0.0
    #expect(schedule.take(.clock, at: at(now)))
    for pause in [1, 2, 4, 8, 16, 30, 30] as [Double] {
      #expect(!schedule.take(.failed(chance: 1), at: at(now)))
      #expect(schedule.ask(at: at(now)) == .unavailable)
      now += pause
      #expect(schedule.wakeUp == at(now))
      #expect(!schedule.take(.clock, at: at(now - 0.001)))
      #expect(schedule.take(.clock, at: at(now)))
    }
    #expect(!schedule.take(token(.seconds(100)), at: at(now)))
    #expect(schedule.take(.clock, at: at(now + 80)))
    #expect(!schedule.take(.failed(chance: 0), at: at(now + 80)))
    // The one that there is serves until its end.
    #expect(schedule.wakeUp == at(now + 80.5) && schedule.token(at: at(now + 99)) == 1)
  }

  @Test func aRefusedTokenIsFetchedAnewOnce() {
    let schedule = begun(.seconds(100))
    #expect(schedule.refuse(1, at: at(2)) == .fetch)
    #expect(schedule.refuse(1, at: at(2)) == .wait)
    // Others use it meanwhile; who was refused waits.
    #expect(schedule.token(at: at(2)) == 1 && schedule.token(after: 1, at: at(2)) == nil)
    #expect(schedule.ask(at: at(2)) == .wait)
    #expect(!schedule.take(token(.seconds(100)), at: at(3)))
    #expect(schedule.token(after: 1, at: at(3)) == 2)
    #expect(schedule.refuse(1, at: at(4)) == .changed)
    #expect(schedule.refuse(2, at: at(4)) == .stands)
    #expect(schedule.refuse(2, at: at(11.9)) == .stands)
    #expect(schedule.refuse(2, at: at(12)) == .fetch)
    #expect(!schedule.take(.failed(chance: 1), at: at(13)))
    #expect(schedule.token(at: at(13)) == 2)
    #expect(schedule.refuse(2, at: at(13.5)) == .stands)
  }
}
