import NIOCore
import Plans
import Testing

@testable import Caching

/// The cache of one process without Redis.
struct MemoryOnlyTests {
  private func withGateway(
    mostRefreshes: Int = 64, _ body: (Gateway) async throws -> Void
  ) async throws {
    let gateway = try Gateway(nil as RedisSettings?, mostRefreshes: mostRefreshes)
    do { try await body(gateway) } catch {
      await gateway.stop()
      throw error
    }
    await gateway.stop()
  }

  @Test func missThenHit() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      let made = ticket.finish(Gateway.draft("one"))
      #expect(made.status == .forwarded(.miss, stored: true, collapsed: false) && made.isStored)
      let hit = try #require(gateway.cache.hit(Sample.key(1)))
      #expect(hit.entry === made.entry && hit.status.value.hasPrefix("weft; hit; ttl=") && !hit.needsRefresh)
      #expect(gateway.cache.health == .memoryOnly)
    }
  }

  @Test func manyAskOneFetches() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      let answers = await withTaskGroup(of: CacheFinding.self) { group in
        for number in 0..<100 { group.addTask { await gateway.ask(Sample.key(1), onLoop: number % 2) } }
        #expect(await eventually { gateway.cache.counters[.collapsed] == 100 })
        #expect(ticket.hasFollowers)
        _ = ticket.finish(Gateway.draft("one"))
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.allSatisfy { $0.hit?.text == "one" })
      #expect(answers.allSatisfy { $0.hit?.status == .forwarded(.miss, stored: true, collapsed: true) })
    }
  }

  @Test func whatIsNotStoredIsSharedWithThoseWhoWait() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      async let other = gateway.ask(Sample.key(1), onLoop: 1)
      #expect(await eventually { ticket.hasFollowers })
      let made = ticket.finish(Gateway.draft("partial", isPartial: true))
      #expect(!made.isStored && made.entry.prepared.text.contains("Cache-Control: no-store\r\n"))
      let shared = try #require(await other.hit)
      #expect(shared.text == "partial" && shared.status.value == "weft; fwd=miss; collapsed" && !shared.isStored)
      #expect(gateway.cache.hit(Sample.key(1)) == nil)
    }
  }

  @Test func anAbandonedFetchGoesToTheNextOne() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      let second = Task { await gateway.ask(Sample.key(1), onLoop: 1) }
      let third = Task { await gateway.ask(Sample.key(1), onLoop: 0) }
      #expect(await eventually { gateway.cache.counters[.collapsed] == 2 })
      ticket.abandon()
      // One of them leads now, and the other follows it.
      #expect(await eventually { gateway.cache.counters[.collapsed] == 3 })
      await withTaskGroup(of: CacheFinding.self) { group in
        for task in [second, third] { group.addTask { await task.value } }
        for await answer in group { _ = answer.ticket?.finish(Gateway.draft("again")) }
      }
    }
  }

  @Test func aTicketThatIsLetGoCountsAsAbandoned() async throws {
    try await withGateway { gateway in
      do { _ = await gateway.ask(Sample.key(1)) }
      #expect(await gateway.ask(Sample.key(1)).ticket != nil)
    }
  }

  @Test func patienceEnds() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      let impatient = Gateway.request(Sample.key(1), waitTimeout: .milliseconds(30))
      let other = try #require(await gateway.ask(impatient).ticket)
      #expect(gateway.cache.counters[.waitsGivenUp] == 1)
      _ = other.finish(Gateway.draft("mine"))
      _ = ticket.finish(Gateway.draft("late"))
    }
  }

  @Test func aReloadFetchesAndStores() async throws {
    try await withGateway { gateway in
      await gateway.get(Sample.key(1), orMake: "old")
      let ticket = try #require(await gateway.ask(Gateway.request(Sample.key(1), isReload: true)).ticket)
      #expect(ticket.finish(Gateway.draft("new")).status.value == "weft; fwd=request; stored")
      #expect(gateway.cache.hit(Sample.key(1))?.text == "new")
    }
  }

  @Test func aStaleEntryIsServedAndRefreshedOnce() async throws {
    try await withGateway { gateway in
      let rules = CacheRules(CacheLifetime(ttl: .milliseconds(1), staleWhileRevalidate: .seconds(600)))
      let request = Gateway.request(Sample.key(1), rules: rules)
      _ = try #require(await gateway.ask(request).ticket).finish(Gateway.draft("old"))
      #expect(await eventually { gateway.cache.hit(Sample.key(1))?.needsRefresh == true })
      let hit = try #require(gateway.cache.hit(Sample.key(1)))
      #expect(hit.text == "old" && hit.status.value.hasSuffix("; detail=swr"))
      let (tickets, sink) = AsyncStream.makeStream(of: FetchTicket.self)
      for number in 0..<20 { gateway.cache.refresh(request, onLoop: number % 2) { sink.yield($0) } }
      var iterator = tickets.makeAsyncIterator()
      let ticket = try #require(await iterator.next())
      _ = ticket.finish(Gateway.draft("new"), lifetime: CacheLifetime(ttl: .seconds(60)))
      let fresh = try #require(gateway.cache.hit(Sample.key(1)))
      #expect(fresh.text == "new" && !fresh.needsRefresh)
      // All twenty have been decided on their loops once these come back.
      for loop in gateway.cache.loops { try await loop.submit {}.get() }
      #expect(gateway.cache.counters[.refreshes] == 1)
    }
  }

  /// A refresh that brings nothing is not followed by the next one at once, which one that brings something is.
  @Test func aRefreshThatBringsNothingIsFollowedByAPause() async throws {
    try await withGateway { gateway in
      let rules = CacheRules(CacheLifetime(ttl: .milliseconds(1), staleWhileRevalidate: .seconds(600)))
      let (tickets, sink) = AsyncStream.makeStream(of: FetchTicket.self)
      var iterator = tickets.makeAsyncIterator()
      for (number, end)
        in ([{ $0.abandon() }, { _ = $0.finish(Gateway.draft("bad", status: 502)) }]
        as [(FetchTicket) -> Void]).enumerated()
      {
        let request = Gateway.request(Sample.key(number), rules: rules)
        _ = try #require(await gateway.ask(request).ticket).finish(Gateway.draft("old"))
        #expect(await eventually { gateway.cache.hit(Sample.key(number))?.needsRefresh == true })
        gateway.cache.refresh(request, onLoop: 0) { sink.yield($0) }
        end(try #require(await iterator.next()))
        let paused = gateway.cache.counters[.refreshesPaused]
        gateway.cache.refresh(request, onLoop: 0) { sink.yield($0) }
        // It may have come too late for the pause, and is a refresh then; that, too, brings nothing.
        #expect(
          await eventually {
            gateway.cache.refresh(request, onLoop: 0) { $0.abandon() }
            return gateway.cache.counters[.refreshesPaused] > paused
          })
        // And comes again after it.
        let refreshes = gateway.cache.counters[.refreshes]
        #expect(
          await eventually {
            gateway.cache.refresh(request, onLoop: 0) { $0.abandon() }
            return gateway.cache.counters[.refreshes] > refreshes
          })
      }
    }
  }

  @Test func refreshesAreBounded() async throws {
    try await withGateway(mostRefreshes: 2) { gateway in
      let (tickets, sink) = AsyncStream.makeStream(of: FetchTicket.self)
      for number in 0..<5 { gateway.cache.refresh(Gateway.request(Sample.key(number)), onLoop: 0) { sink.yield($0) } }
      #expect(await eventually { gateway.cache.counters[.refreshesRefused] == 3 })
      var iterator = tickets.makeAsyncIterator()
      (await iterator.next())?.abandon()
      gateway.cache.refresh(Gateway.request(Sample.key(9)), onLoop: 0) { sink.yield($0) }
      #expect(await eventually { gateway.cache.counters[.refreshes] == 3 })
    }
  }

  @Test func aStaleEntryStandsInForAFailure() async throws {
    try await withGateway { gateway in
      let rules = CacheRules(CacheLifetime(ttl: .milliseconds(1), staleIfError: .seconds(600)))
      let request = Gateway.request(Sample.key(1), rules: rules)
      _ = try #require(await gateway.ask(request).ticket).finish(Gateway.draft("good"))
      #expect(await eventually { gateway.cache.hit(Sample.key(1)) == nil })
      let ticket = try #require(await gateway.ask(request).ticket)
      #expect(ticket.reason == .stale && ticket.stale != nil)
      async let other = gateway.ask(request, onLoop: 1)
      #expect(await eventually { ticket.hasFollowers })
      let hit = ticket.finish(Gateway.draft("bad", status: 502))
      #expect(hit.text == "good" && hit.status.value.hasSuffix("; detail=stale-if-error"))
      #expect(await other.hit?.text == "good")
      // A refusal is an answer, not a failure.
      let next = try #require(await gateway.ask(request).ticket)
      #expect(next.finish(Gateway.draft("gone", status: 404)).text == "gone")
    }
  }

  @Test func aPurgeKeepsAFetchOnItsWayFromBeingStored() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      #expect(await gateway.cache.purge(.tag(CacheTag("user:1"))) == .here)
      #expect(ticket.finish(Gateway.draft("old", tags: [CacheTag("user:1")])).text == "old")
      #expect(gateway.cache.hit(Sample.key(1)) == nil)
    }
  }

  /// Who asks after a purge is not answered with what was read before it.
  @Test func whoComesAfterAPurgeDoesNotGetAFetchFromBefore() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      async let before = gateway.ask(Sample.key(1))
      #expect(await eventually { gateway.cache.counters[.collapsed] == 1 })
      _ = await gateway.cache.purge(.tag(CacheTag("user:1")))
      async let after = gateway.ask(Sample.key(1), onLoop: 1)
      #expect(await eventually { gateway.cache.counters[.collapsed] == 2 })
      _ = await gateway.cache.purge(.tag(CacheTag("user:1")))
      _ = ticket.finish(Gateway.draft("old", tags: [CacheTag("user:1")]))
      #expect(await before.hit?.text == "old")
      #expect(await after.ticket != nil)
    }
  }

  @Test func aPurgeOfSomethingElseIsNoneOfItsBusiness() async throws {
    try await withGateway { gateway in
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      _ = await gateway.cache.purge(.tag(CacheTag("user:2")))
      async let after = gateway.ask(Sample.key(1), onLoop: 1)
      #expect(await eventually { gateway.cache.counters[.collapsed] == 1 })
      _ = ticket.finish(Gateway.draft("good", tags: [CacheTag("user:1")]))
      #expect(await after.hit?.text == "good")
    }
  }

  @Test func tooManyTagsAreNotStored() async throws {
    try await withGateway { gateway in
      let tags = (0...CompositeCache.mostTags).map { CacheTag("t\($0)") }
      let ticket = try #require(await gateway.ask(Sample.key(1)).ticket)
      #expect(!ticket.finish(Gateway.draft("x", tags: tags)).isStored)
      #expect(gateway.cache.hit(Sample.key(1)) == nil)
    }
  }
}
