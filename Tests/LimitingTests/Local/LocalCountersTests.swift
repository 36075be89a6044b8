import TestInputs
import Testing
import Timing

@testable import Limiting

struct LocalCountersTests {
  /// Whoever comes with ever new keys does not grow what is kept, and does not make it forget whom it refuses.
  @Test func everNewKeysAreKeptWithinTheBound() throws {
    let counters = LocalCounters()
    let limit = try limit("5/1h")
    let hot = request(limit, by: "hot")
    for _ in 0..<5 { #expect(counters.decide(hot, at: .epoch).isAllowed) }
    var dice = Dice(seed: 1)
    for number in 0..<1_000_000 {
      let counter = LimitRequest.Counter(limit: limit, key: CounterKey((dice.next(), dice.next())), amount: 1)
      _ = counters.count([counter], at: .epoch)
      if number % 1000 == 0 {
        #expect(!counters.decide(hot, at: .epoch).isAllowed)
        #expect(counters.kept <= LocalCounters.defaultCapacity)
      }
    }
    #expect(counters.kept > LocalCounters.defaultCapacity / 2)
  }

  @Test(arguments: [0, 1, 2, 5000])
  func aSmallBoundIsABound(_ capacity: Int) throws {
    let counters = LocalCounters(capacity: capacity)
    let limit = try limit("1/1h")
    for number in 0..<6000 { #expect(counters.decide(request(limit, by: "\(number)"), at: .epoch).isAllowed) }
    #expect(counters.kept <= max(1, capacity))
  }

  /// Eight at once, in counters of all shards, each request in two of them.
  @Test func theNumberIsAllowedAndNotOneMore() async throws {
    let counters = LocalCounters()
    let (all, each) = (try limit("3000/1h", "all"), try limit("100/1h", "each"))
    let allowed = await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 as Range<UInt64> {
        group.addTask {
          var dice = Dice(seed: task)
          return (0..<2000).reduce(0) { count, _ in
            var request = LimitRequest()
            request.add(each, by: "\(dice.roll(40))")
            request.add(all, by: "")
            return count + (counters.decide(request, at: .epoch).isAllowed ? 1 : 0)
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(allowed == 3000)
    let left = (0..<40).map { counters.decide(request(each, by: "\($0)", cost: 0), at: .epoch).remaining[0] }
    #expect(left.reduce(0, +) == 40 * 100 - 3000)
  }
}
