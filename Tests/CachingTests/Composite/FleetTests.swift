import NIOCore
import TestRedis
import Testing

@testable import Caching

/// Two gateways over one Redis.
@Suite(.serialized)
struct FleetTests {
  private func withFleet(
    _ body: (RedisServer, Gateway, Gateway) async throws -> Void
  ) async throws {
    let server = try await RedisServer.start()
    let first = try Gateway(server.url)
    let second = try Gateway(server.url)
    #expect(await first.isConnected())
    #expect(await second.isConnected())
    do { try await body(server, first, second) } catch {
      await first.stop()
      await second.stop()
      throw error
    }
    await first.stop()
    await second.stop()
  }

  /// Until the other's store, which nobody waits for, is in Redis.
  private func isStored(_ server: RedisServer, _ key: CacheKey) async -> Bool {
    await eventually { await server.cli("EXISTS", Sample.name(of: key)) == "1" }
  }

  @Test func oneStoresTheOtherHits() async throws {
    try await withFleet { server, first, second in
      await first.get(Sample.key(1), orMake: "one", tags: [CacheTag("a")])
      #expect(await isStored(server, Sample.key(1)))
      let hit = try #require(await second.ask(Sample.key(1), onLoop: 1).hit)
      #expect(hit.text == "one" && hit.status.value.hasPrefix("weft; hit; ttl="))
      // And from memory from then on.
      #expect(second.cache.hit(Sample.key(1))?.text == "one")
      #expect(second.cache.counters[.redisHits] == 1)
    }
  }

  @Test func manyAskBothOneFetches() async throws {
    try await withFleet { _, first, second in
      let answers = await withTaskGroup(of: CacheFinding.self) { group in
        for number in 0..<100 {
          let gateway = number % 2 == 0 ? first : second
          group.addTask {
            let answer = await gateway.ask(Sample.key(1), onLoop: number / 2 % 2)
            if let ticket = answer.ticket {
              // Until the other gateway has been refused the lease, so that it is this one that it waits for.
              _ = await eventually {
                first.cache.counters[.collapsedOverFleet] + second.cache.counters[.collapsedOverFleet] == 1
              }
              _ = ticket.finish(Gateway.draft("one"))
            }
            return answer
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.count { $0.ticket != nil } == 1)
      #expect(answers.compactMap(\.hit).allSatisfy { $0.text == "one" })
    }
  }

  @Test func whoWaitsVoidsNotWhatItWaitsFor() async throws {
    try await withFleet { server, first, second in
      let ticket = try #require(await first.ask(Sample.key(1)).ticket)
      // As if the second's command had been quicker than the first's.
      let marks = [CacheTag.all, CacheTag(route: "things")].map { "weft:t:\($0.hex)" }
      #expect(await eventually { await server.cli(["EXISTS"] + marks) == "2" })
      await server.cli(["DEL"] + marks)
      async let other = second.ask(Sample.key(1))
      #expect(await eventually { second.cache.counters[.collapsedOverFleet] == 1 })
      _ = ticket.finish(Gateway.draft("one"))
      #expect(await other.hit?.text == "one")
    }
  }

  @Test func anAbandonedLeaseWakesTheOther() async throws {
    try await withFleet { _, first, second in
      let ticket = try #require(await first.ask(Sample.key(1)).ticket)
      async let other = second.ask(Sample.key(1))
      #expect(await eventually { second.cache.counters[.collapsedOverFleet] == 1 })
      ticket.abandon()
      #expect(await other.ticket != nil)
      #expect(second.cache.counters[.waitsGivenUp] == 0)
    }
  }

  /// The word that the fetch has ended will not come, so it is not waited for.
  @Test func nobodyWaitsByARedisThatHangs() async throws {
    let server = try await RedisServer.start()
    let first = try Gateway(server.url)
    let second = try Gateway(server.url) { $0.commandTimeout = .milliseconds(500) }
    #expect(await first.isConnected())
    #expect(await second.isConnected())
    let request = Gateway.request(Sample.key(1), fetchTimeout: .seconds(600))
    let ticket = try #require(await first.ask(request).ticket)
    async let other = second.ask(request)
    #expect(await eventually { second.cache.counters[.collapsedOverFleet] == 1 })
    server.suspend()
    var number = 100
    #expect(
      await eventually {
        number += 1
        await second.get(Sample.key(number), orMake: "x")
        return second.cache.counters[.redisBreakerOpened] > 0
      })
    #expect(await other.ticket != nil && second.cache.counters[.waitsGivenUp] == 0)
    server.resume()
    ticket.abandon()
    await first.stop()
    await second.stop()
  }

  @Test func theLeaseOfTheDeadEndsByTime() async throws {
    try await withFleet { _, first, second in
      let request = Gateway.request(Sample.key(1), fetchTimeout: .milliseconds(300), waitTimeout: .seconds(60))
      let ticket = try #require(await first.ask(request).ticket)
      // It does not end its fetch, as if it had been killed.
      #expect(await second.ask(request).ticket?.token != nil)
      #expect(second.cache.counters[.waitsGivenUp] == 0)
      ticket.abandon()
    }
  }

  @Test func waitingForAnotherGatewayIsBounded() async throws {
    try await withFleet { _, first, second in
      let ticket = try #require(await first.ask(Sample.key(1)).ticket)
      let impatient = Gateway.request(Sample.key(1), waitTimeout: .milliseconds(100))
      let other = try #require(await second.ask(impatient).ticket)
      #expect(other.token == nil && second.cache.counters[.waitsGivenUp] == 1)
      _ = ticket.finish(Gateway.draft("one"))
    }
  }

  @Test(arguments: [0, 1, 2, 3])
  func aPurgeReachesTheOthersMemory(_ sort: Int) async throws {
    try await withFleet { server, first, second in
      let key = Sample.key(1)
      let purge: Purge = [
        .all, .route(CacheTag(route: "things")), .tag(CacheTag("user:1")), .key(key),
      ][sort]
      await first.get(key, orMake: "one", tags: [CacheTag("user:1")])
      #expect(await isStored(server, key))
      #expect(await second.ask(key).hit != nil)
      #expect(await first.cache.purge(purge) == .everywhere)
      #expect(first.cache.hit(key) == nil)
      #expect(await eventually { second.cache.hit(key) == nil })
      // Nor does it come back from Redis.
      let ticket = try #require(await second.ask(key).ticket)
      _ = ticket.finish(Gateway.draft("two", tags: [CacheTag("user:1")]))
      #expect(await eventually { await first.ask(key).hit?.text == "two" })
    }
  }

  @Test(arguments: [0, 1])
  func aPurgeVoidsAFetchOnItsWayInAnotherGateway(_ sort: Int) async throws {
    try await withFleet { server, first, second in
      let key = Sample.key(1)
      let purge: Purge = sort == 0 ? .tag(CacheTag("user:1")) : .key(key)
      let ticket = try #require(await first.ask(key).ticket)
      #expect(await second.cache.purge(purge) == .everywhere)
      // Even where the purge is not heard of in time: the memory level is not what protects Redis.
      _ = ticket.finish(Gateway.draft("old", tags: [CacheTag("user:1")]))
      #expect(await eventually { await server.cli("EXISTS", "weft:{\(key.hex)}:l") == "0" })
      #expect(await second.ask(key).ticket != nil)
    }
  }

  @Test func aMarkThatRedisForgotMakesEntriesVoid() async throws {
    try await withFleet { server, first, second in
      let key = Sample.key(1)
      await first.get(key, orMake: "one", tags: [CacheTag("user:1")])
      #expect(await isStored(server, key))
      #expect(await server.cli("DEL", "weft:t:\(CacheTag("user:1").hex)") == "1")
      let ticket = try #require(await second.ask(key).ticket)
      #expect(second.cache.counters[.redisVoid] >= 1)
      _ = ticket.finish(Gateway.draft("two", tags: [CacheTag("user:1")]))
    }
  }

  @Test func anOverwriteIsHeardOf() async throws {
    try await withFleet { server, first, second in
      let key = Sample.key(1)
      await first.get(key, orMake: "one")
      #expect(await isStored(server, key))
      #expect(await second.ask(key).hit?.text == "one")
      let ticket = try #require(await first.ask(Gateway.request(key, isReload: true)).ticket)
      _ = ticket.finish(Gateway.draft("two"))
      #expect(first.cache.hit(key)?.text == "two")
      #expect(await eventually { second.cache.hit(key)?.text != "one" })
      #expect(await eventually { await second.ask(key).hit?.text == "two" })
    }
  }

  @Test func foreignValuesAreMissesAndCounted() async throws {
    try await withFleet { server, first, second in
      await server.cli("SET", Sample.name(of: Sample.key(1)), "something else")
      await server.cli("LPUSH", Sample.name(of: Sample.key(2)), "a list")
      await server.cli("LPUSH", "weft:{\(Sample.key(2).hex)}:l", "a lease")
      for number in 1...2 {
        let ticket = try #require(await first.ask(Gateway.request(Sample.key(number), waitTimeout: .seconds(1))).ticket)
        #expect(first.cache.counters[.redisForeign] >= number)
        // It is replaced.
        _ = ticket.finish(Gateway.draft("ours"))
        #expect(await eventually { await second.ask(Sample.key(number)).hit?.text == "ours" })
      }
    }
  }

  /// An hour apart: an entry is as old for each as it is.
  @Test(arguments: [3600, -3600])
  func gatewaysNeedNotAgreeAboutTheTime(_ lead: Int) async throws {
    let server = try await RedisServer.start()
    let first = try Gateway(server.url)
    let second = try Gateway(server.url, clockLead: .seconds(lead))
    for (maker, reader, key) in [(first, second, Sample.key(1)), (second, first, Sample.key(2))] {
      #expect(await maker.isConnected())
      await maker.get(key, orMake: "one")
      #expect(await isStored(server, key))
      #expect(await reader.isConnected())
      let hit = try #require(await reader.ask(key).hit)
      #expect(hit.age < 60 && hit.status.value.hasPrefix("weft; hit; ttl="))
      #expect(reader.cache.clock() < hit.entry.times.freshUntil)
      #expect(hit.entry.times.freshUntil <= reader.cache.clock() + .seconds(61))
    }
    await first.stop()
    await second.stop()
  }

  /// As where the user's permissions leave the channel out: who can't hear of purges asks Redis each time.
  @Test func whoHearsNothingKeepsNothingInMemory() async throws {
    let server = try await RedisServer.start()
    #expect(await server.cli("ACL", "SETUSER", "weft", "on", ">pw", "~weft:*", "resetchannels", "+@all") == "OK")
    let deaf = try Gateway(server.url.replacing("redis://", with: "redis://weft:pw@"))
    let other = try Gateway(server.url)
    #expect(await other.isConnected())
    await other.get(Sample.key(1), orMake: "one", tags: [CacheTag("a")])
    #expect(await isStored(server, Sample.key(1)))
    #expect(await eventually { await deaf.ask(Sample.key(1)).hit?.text == "one" })
    #expect(deaf.cache.hit(Sample.key(1)) == nil && deaf.cache.health == .degraded)
    #expect(await other.cache.purge(.tag(CacheTag("a"))) == .everywhere)
    #expect(await deaf.ask(Sample.key(1)).ticket != nil)
    await deaf.stop()
    await other.stop()
  }

  @Test func memoryIsDroppedWhenTheSubscriptionIsLost() async throws {
    try await withFleet { server, first, _ in
      await first.get(Sample.key(1), orMake: "one")
      #expect(await isStored(server, Sample.key(1)))
      await server.cli("CLIENT", "KILL", "TYPE", "pubsub")
      #expect(await eventually { first.cache.counters[.subscriptionLosses] == 1 })
      #expect(await first.isConnected())
      #expect(first.cache.hit(Sample.key(1)) == nil)
      // Redis still has it.
      #expect(await eventually { await first.ask(Sample.key(1)).hit?.text == "one" })
    }
  }
}
