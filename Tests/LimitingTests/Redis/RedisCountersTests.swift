import Foundation
import Messages
import Redis
import TestInputs
import TestRedis
import Testing
import Timing

@testable import Limiting

/// Counting in a real Redis.
struct RedisCountersTests {
  /// Two gateways at once, each request in two counters.
  @Test func theNumberIsAllowedAndNotOneMore() async throws {
    let server = try await RedisServer.start()
    let gateways = [try TestGateway(server.url), try TestGateway(server.url)]
    let (all, each) = (try limit("500/1h", "all"), try limit("30/1d+30", "each"))
    try await withGateways(gateways) {
      let allowed = await withTaskGroup(of: Int.self) { group in
        for task in 0..<32 {
          group.addTask {
            var dice = Dice(seed: UInt64(task))
            var count = 0
            for _ in 0..<40 {
              var request = LimitRequest()
              request.add(each, by: "\(dice.roll(30))")
              request.add(all, by: "")
              if await gateways[task % 2].decide(request).isAllowed { count += 1 }
            }
            return count
          }
        }
        return await group.reduce(0, +)
      }
      #expect(allowed == 500)
      #expect(await gateways[0].decide(request(all, by: "", cost: 0)).remaining == [0])
      #expect(gateways.allSatisfy { $0.local.kept == 0 })
    }
  }

  /// The same random requests by the script and by the rule, at the script's own times.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func theScriptDecidesAsTheRule(_ seed: UInt64) async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url)
    var dice = Dice(seed: seed)
    let limits = [
      try limit("\(1 + dice.roll(5))/\(2 + dice.roll(20))ms"),
      try limit("\(1 + dice.roll(9))/\(2 + dice.roll(20))ms+4"),
      try limit("200/day"), try limit("300/month"), try limit("1000/s+3"), try limit("7/13h"),
    ]
    try await withGateways([gateway]) {
      var states: [CounterKey: CounterState] = [:]
      for _ in 0..<500 {
        var request = LimitRequest()
        for limit in limits where dice.roll(2) == 0 { request.add(limit, by: "a", cost: dice.roll(4)) }
        guard !request.isEmpty else { continue }
        let numbers = try #require(await gateway.reply(request).success?.elements?.compactMap { $0.integer })
        let values = try numbers.map { try #require($0.within(0...Int64.max)) }
        let now = WallTime(milliseconds: values[1])
        var expected = request.counters.map { $0.limit.rule.state(after: states[$0.key], at: now) }
        let isAllowed = zip(request.counters, expected).allSatisfy { $0.limit.rule.admits($0.amount, in: $1) }
        for (index, counter) in request.counters.enumerated() where isAllowed {
          expected[index].used += counter.amount
          if counter.amount > 0 { states[counter.key] = expected[index] }
        }
        #expect(values == [isAllowed ? 1 : 0, values[1]] + expected.flatMap { [$0.used, $0.time.milliseconds] })
      }
      // As a limiter tells it.
      let decision = await gateway.decide(request(limits[0], limits[4], limits[5]))
      #expect(decision.isAllowed && decision.standings.count == 3 && decision.redisFailure == nil)
    }
  }

  @Test func oneRoundTripAndOneKeyForEachCounter() async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url + "?prefix=shop:")
    let limits = request(try limit("3/1m", "a"), try limit("3/month", "b"), try limit("1/1h+3", "c"))
    try await withGateways([gateway]) {
      for left in [2, 1, 0] { #expect(await gateway.decide(limits).remaining == [left, left, left]) }
      #expect(await gateway.decide(limits).outcome != .allowed)
      let calls = await server.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
      #expect(calls.contains { $0.hasPrefix("cmdstat_evalsha:calls=4,") })
      #expect(calls.contains { $0.hasPrefix("cmdstat_eval:calls=1,") })
      let keys = await server.cli("KEYS", "*").split(whereSeparator: \.isNewline)
      #expect(keys.count == 3 && keys.allSatisfy { $0.hasPrefix("shop:{limits}:") && $0.utf8.count == 46 })
    }
  }

  /// Each ends when nothing of it is used any more.
  @Test func countersEndByThemselves() async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url)
    try await withGateways([gateway]) {
      // The longest lives in seconds, from below: some time has passed.
      for (text, cost, range) in [
        ("3/1h", 1, 3000...3600), ("5/1h+10", 5, 3000...3600), ("1000000/day", 1, 0...86_400),
        ("5/month", 1, 0...2_678_400),
      ] {
        await server.cli("FLUSHALL")
        let one = request(try limit(text), cost: cost)
        #expect(await gateway.decide(one).isAllowed)
        let key = await server.cli("KEYS", "*").split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let life = Int(await server.cli("TTL", key).split(whereSeparator: \.isNewline).first ?? "") ?? -1
        #expect(range.contains(life), "\(text): \(life)")
      }
    }
  }

  @Test func whatIsNoCounterIsReplaced() async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url)
    let one = request(try limit("3/1h"))
    try await withGateways([gateway]) {
      let key = "weft:{limits}:" + one.counters[0].key.hex
      for command in [
        ["SET", key, "nonsense"], ["LPUSH", key, "x"], ["SET", key, "-1 99999999999999"], ["SET", key, "1"],
      ] {
        await server.cli("DEL", key)
        await server.cli(command)
        #expect(await gateway.decide(one).remaining == [2])
      }
    }
  }

  /// What a clock that was ahead has written holds no longer than a window does, and is put right even by a refusal.
  @Test func aClockThatWasAheadLocksNobodyOut() async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url)
    try await withGateways([gateway]) {
      for (text, used) in [("3/1h", 3), ("3/day", 3), ("3/month", 3), ("3/1h+1", 3_600_000)] {
        let one = request(try limit(text))
        let key = "weft:{limits}:" + one.counters[0].key.hex
        await server.cli("SET", key, "\(used) 4000000000000")
        let refused = await gateway.decide(one)
        #expect(!refused.isAllowed)
        let end = await server.cli("GET", key).split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
          Int64($0)
        }
        #expect(end! <= WallTime.now().milliseconds + 32 * 86_400_000)
        #expect(await server.cli("PTTL", key) != "-1")
      }
    }
  }

  /// By the caller's clock nothing is counted: one that is wrong by years finds the same day.
  @Test func daysAreRedisOwn() async throws {
    let server = try await RedisServer.start()
    let gateway = try TestGateway(server.url)
    let one = request(try limit("9/day"))
    try await withGateways([gateway]) {
      let times = [WallTime.now(), WallTime.now() + 86_400_000, WallTime.now() + -86_400_000]
      var ends: Set<PeerNumber?> = []
      for time in times { ends.insert(await gateway.reply(one, at: time).success?.elements?.last?.integer) }
      // Midnight may come in between.
      #expect(ends.count <= 2)
      // Without an end to come, a day from now on.
      let far = request(try limit("9/day"), by: "far")
      let numbers = await gateway.reply(far, at: .epoch + -1_000_000_000_000).success?.elements?.compactMap {
        $0.integer
      }
      let values = try #require(numbers).compactMap { $0.within(0...Int64.max) }
      #expect(values[3] == values[1] + 86_400_000)
    }
  }

  /// Counters of any values have one slot, or a cluster would refuse the script.
  @Test func aClusterCountsAllOfARequest() async throws {
    let server = try await RedisServer.start(["--cluster-enabled", "yes", "--cluster-config-file", "@folder/nodes"])
    await server.cli("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    // Runs out only where something is wrong.
    var patience = 10_000
    while patience > 0, !(await server.cli("CLUSTER", "INFO")).contains("cluster_state:ok") {
      try await Task.sleep(for: .milliseconds(10))
      patience -= 1
    }
    let gateway = try TestGateway("redis+cluster://127.0.0.1:\(server.port)")
    var all = LimitRequest()
    for number in 0..<8 { all.add(try limit("2/1h", "\(number)"), by: "\(number)") }
    try await withGateways([gateway]) { [all] in
      for left in [1, 0] {
        let decision = await gateway.decide(all)
        #expect(decision.remaining == Array(repeating: left, count: 8) && decision.redisFailure == nil)
      }
      #expect(!(await gateway.decide(all)).isAllowed && gateway.local.kept == 0)
    }
  }

  /// Those that docs/caching.md says are enough.
  @Test func thePermissionsOfTheCacheAreEnough() async throws {
    let page = try String(
      contentsOfFile: #filePath.replacing(
        "Tests/LimitingTests/Redis/RedisCountersTests.swift", with: "docs/caching.md"),
      encoding: .utf8)
    let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("ACL SETUSER") })
    let server = try await RedisServer.start()
    #expect(await server.cli(line.split(separator: " ").map(String.init)) == "OK")
    let gateway = try TestGateway("redis://weft:PASSWORD@127.0.0.1:\(server.port)")
    let one = request(try limit("2/month"))
    try await withGateways([gateway]) {
      for left in [1, 0] {
        let decision = await gateway.decide(one)
        #expect(decision.remaining == [left] && decision.redisFailure == nil)
      }
    }
  }
}
