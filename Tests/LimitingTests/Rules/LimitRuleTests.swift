import Foundation
import TestInputs
import Testing
import Timing

@testable import Limiting

struct LimitRuleTests {
  private let counters = LocalCounters()

  private func decide(_ limits: Limit..., after milliseconds: Int, cost: Int = 1) -> LimitDecision {
    var request = LimitRequest()
    for limit in limits { request.add(limit, by: "a", cost: cost) }
    return counters.decide(request, at: .epoch + milliseconds)
  }

  @Test func aWindowBeginsWithTheFirstRequest() throws {
    let limit = try limit("3/1m")
    #expect(decide(limit, after: 30_500).remaining == [2])
    #expect(decide(limit, after: 60_000).remaining == [1])
    #expect(decide(limit, after: 90_499).remaining == [0])
    let refused = decide(limit, after: 90_499)
    #expect(refused.outcome == .refused(retryAfter: 1) && refused.standings[0].reset == 1)
    #expect(decide(limit, after: 90_500).remaining == [2])
    #expect(decide(limit, after: 90_501, cost: 3).outcome == .refused(retryAfter: 60))
  }

  @Test func aDayAndAMonthEndWithTheCalendars() throws {
    // From 08:00 on the 15th of January.
    let (day, month) = (try limit("2/day"), try limit("3/month"))
    for _ in 0..<2 { #expect(decide(day, after: 0).isAllowed) }
    #expect(decide(day, after: 57_600_000 - 1).outcome == .refused(retryAfter: 1))
    #expect(decide(day, after: 57_600_000).isAllowed)
    #expect(decide(month, after: 0, cost: 3).isAllowed)
    let refused = decide(month, after: 0)
    #expect(refused.outcome == .refused(retryAfter: 16 * 86_400 + 57_600))
    #expect(refused.standings[0].window == 31 * 86_400_000)
    #expect(decide(month, after: (16 * 86_400 + 57_600) * 1000).standings[0].window == 28 * 86_400_000)
  }

  @Test func aBucketGivesItsBurstAtOnceAndThenItsRate() throws {
    let limit = try limit("10/s+20")
    for left in (0..<20).reversed() { #expect(decide(limit, after: 0).remaining == [left]) }
    #expect(decide(limit, after: 99).standings[0].wait == .milliseconds(1))
    #expect(decide(limit, after: 100).isAllowed)
    #expect(decide(limit, after: 100).outcome == .refused(retryAfter: 1))
    #expect(decide(limit, after: 300, cost: 3).outcome == .refused(retryAfter: 1))
    #expect(decide(limit, after: 300, cost: 2).isAllowed)
    #expect(decide(limit, after: 2301).remaining == [19])
  }

  @Test func aThirdOfASecondIsExact() throws {
    let limit = try limit("3/s+1")
    let allowed = (0..<3001).filter { decide(limit, after: $0).isAllowed }
    // No more than three in a second, and never late by more than the millisecond in which it comes.
    #expect(allowed == [0, 334, 668, 1002, 1336, 1670, 2004, 2338, 2672])
  }

  @Test func whatCostsMoreThanThereEverIsWaitsForEver() throws {
    for text in ["3/1m", "3/day", "3/1m+5"] {
      let limit = try limit(text)
      #expect(decide(limit, after: 0, cost: 6).outcome == .refused(retryAfter: nil))
      #expect(decide(limit, after: 0, cost: .max).outcome == .refused(retryAfter: nil))
      #expect(decide(limit, after: 0, cost: 3).isAllowed)
    }
  }

  @Test func whatCostsNothingIsAlwaysLetThrough() throws {
    let limit = try limit("1/1m")
    #expect(decide(limit, after: 0, cost: 0).remaining == [1] && counters.kept == 0)
    #expect(decide(limit, after: 0).isAllowed && !decide(limit, after: 0).isAllowed)
    #expect(decide(limit, after: 0, cost: 0).isAllowed && decide(limit, after: 0, cost: -5).remaining == [0])
  }

  @Test func allMustAllowOrNothingIsCounted() throws {
    let (many, few) = (try limit("10/1m", "many"), try limit("2/1h", "few"))
    for _ in 0..<2 { #expect(decide(many, few, after: 0).isAllowed) }
    for _ in 0..<5 { #expect(decide(many, few, after: 0).outcome == .refused(retryAfter: 3600)) }
    #expect(decide(many, after: 0, cost: 0).remaining == [8])
    #expect(decide(many, few, after: 0).standings.map(\.limit.name) == ["few", "many"])
  }

  @Test func theTightestComesFirst() throws {
    let limits = [try limit("5/1m", "a"), try limit("3/1m", "b"), try limit("3/1h", "c")]
    #expect(decide(limits[0], limits[1], limits[2], after: 0).standings.map(\.limit.name) == ["c", "b", "a"])
  }

  @Test func aRequestCountsOnceInACounter() throws {
    let limit = try limit("5/1m")
    var request = LimitRequest()
    for cost in [1, 3, 2] { request.add(limit, by: "a", cost: cost) }
    #expect(counters.decide(request, at: .epoch).remaining == [2])
  }

  @Test func countersAreOfNameRateExpressionAndValue() throws {
    let first = try limit("5/1m")
    let others = [
      try limit("6/1m"), try limit("5/1m", "other"), try limit("5/1m", by: "claims.sub"), try limit("5/1m+5"),
    ]
    #expect(try first.key(of: "a") == limit("5/60s") { $0.headers = .off }.key(of: "a"))
    #expect(Set(([first] + others).map { $0.key(of: "a") } + [first.key(of: "b"), first.key(of: "")]).count == 7)
  }

  /// Random requests of several limits with costs against what their contracts say, from all that was counted.
  @Test(arguments: 0..<24 as Range<UInt64>)
  func decidesAsTheContractSays(_ seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let number = 1 + dice.roll(6)
    let length = 1 + dice.roll(40)
    let burst = 1 + dice.roll(8)
    var naive = [
      NaiveLimit(number, .window(length)), NaiveLimit(number + 3, .bucket(length, burst: burst)),
      NaiveLimit(number * 8, .calendar(.day)), NaiveLimit(number * 9, .calendar(.month)),
    ]
    let limits = [
      try limit("\(number)/\(length)ms"), try limit("\(number + 3)/\(length)ms+\(burst)"),
      try limit("\(number * 8)/day"), try limit("\(number * 9)/month"),
    ]
    // Near the end of a month, so that days and months end too.
    var now = Int(WallTime.epoch.milliseconds) + (17 * 86_400 - 8 * 3600) * 1000 - 100
    for _ in 0..<250 {
      now += dice.roll(3) == 0 ? dice.roll(2 * length) : dice.roll(3)
      if dice.roll(50) == 0 { now += dice.roll(3) * 40_000_000 }
      let cost = dice.roll(4)
      let chosen = limits.indices.filter { _ in dice.roll(2) == 0 }
      guard !chosen.isEmpty else { continue }
      var request = LimitRequest()
      for index in chosen { request.add(limits[index], by: "a", cost: cost) }
      let decision = counters.decide(request, at: WallTime(milliseconds: Int64(now)))
      let isAllowed = chosen.allSatisfy { naive[$0].left(at: now) >= cost }
      #expect(decision.isAllowed == isAllowed)
      if isAllowed { for index in chosen { naive[index].count(cost, at: now) } }
      for index in chosen {
        let standing = try #require(decision.standings.first { $0.limit === limits[index] })
        expect(standing, naive[index], isAllowed ? 0 : cost, at: now)
      }
    }
  }

  private func expect(_ standing: LimitStanding, _ naive: NaiveLimit, _ refused: Int, at now: Int) {
    let left = naive.left(at: now)
    #expect(standing.remaining == left)
    #expect(standing.reset == (left == naive.size ? 0 : naive.wait(for: left + 1, at: now).map { Int64($0) }))
    switch naive.wait(for: refused, at: now) {
    case nil: #expect(standing.wait == .forever)
    case 0?: #expect(standing.wait == .nothing)
    case let wait?: #expect(standing.wait == .milliseconds(Int64(wait)))
    }
  }

  @Test func monthsAreTheCalendars() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    var dice = Dice(seed: 9)
    for _ in 0..<2000 {
      // Up to the year 2129.
      let time = WallTime(milliseconds: Int64(dice.roll(5_000_000_000)) * 1000 + 999)
      let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
      for (period, unit) in [(CalendarPeriod.day, Calendar.Component.day), (.month, .month)] {
        let expected = calendar.dateInterval(of: unit, for: date)!
        let bounds = period.bounds(around: time)
        #expect(bounds.start.milliseconds == Int64(expected.start.timeIntervalSince1970) * 1000)
        #expect(bounds.end.milliseconds == Int64(expected.end.timeIntervalSince1970) * 1000)
      }
    }
  }
}
