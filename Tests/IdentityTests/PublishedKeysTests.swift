import Locking
import Plans
import TestFetches
import TestTokens
import Testing
import Timing
import Tokens

@testable import Identity

extension ScriptedFetches: KeyFetcher where Value == FetchedKeys {
  package func fetch(_ plan: PublishedKeysPlan, completion: @escaping @Sendable (FetchedKeys?) -> Void) {
    fetch(completion)
  }
}

/// *Guarded by its lock.* What was told to those who waited: how many keys there are, or none.
private final class Heard: Sendable {
  private let counts = Locked<[Int?]>([])

  var all: [Int?] { counts.withLock { $0 } }

  func note(_ keys: KeySet?) { counts.withLock { $0.append(keys?.keys.count) } }
}

@Suite struct PublishedKeysTests {
  private static let key = SigningKey.ec("prime256v1")
  private let fetcher = ScriptedFetches<FetchedKeys>()
  private let plan = PublishedKeysPlan(FetchPlace("https://id", "/jwks.json"))

  private func fetched(_ count: Int = 1, lifetime: Duration? = nil) throws -> FetchedKeys {
    let list = (0..<count).map { "{\(Self.key.jwkMembers),\"kid\":\"\($0)\"}" }.joined(separator: ",")
    let reading = try KeySetReading(jwks: Array(#"{"keys":[\#(list)]}"#.utf8), isPublic: true)
    return FetchedKeys(reading.keys, lifetime: lifetime)
  }

  private func started() throws -> PublishedKeys {
    let keys = PublishedKeys(plan, by: fetcher)
    keys.start()
    fetcher.end(try fetched())
    return keys
  }

  private func waits(_ answer: PublishedKeys.Answer) -> Bool { if case .waits = answer { true } else { false } }
  private func isRefused(_ answer: PublishedKeys.Answer) -> Bool { if case .refused = answer { true } else { false } }

  private func isUnavailable(_ answer: PublishedKeys.Answer) -> Bool {
    if case .unavailable = answer { true } else { false }
  }

  @Test func theyAreFetchedAtTheStartAndBeforeTheyAreStale() throws {
    let keys = PublishedKeys(plan, by: fetcher)
    #expect(fetcher.fetches == 0)
    keys.start()
    #expect(fetcher.fetches == 1 && keys.current == nil)
    fetcher.end(try fetched(lifetime: .seconds(600)))
    #expect(keys.current?.keys.keys.count == 1)
    fetcher.advance(by: .seconds(599))
    #expect(fetcher.fetches == 1)
    fetcher.advance(by: .seconds(1))
    #expect(fetcher.fetches == 2 && keys.current != nil)
    fetcher.end(try fetched(2))
    #expect(keys.current?.keys.keys.count == 2)
  }

  @Test func aFailureIsTriedAgainAndOldKeysServeForADay() throws {
    let keys = try started()
    fetcher.advance(by: .seconds(300))
    #expect(fetcher.fetches == 2)
    fetcher.end(nil)
    for minute in 1...(24 * 60 - 1) {
      fetcher.advance(by: .seconds(60))
      fetcher.end(nil)
      #expect(keys.current != nil, "\(minute)")
    }
    #expect(fetcher.fetches > 1000)
    fetcher.advance(by: .seconds(60))
    #expect(keys.current == nil)
    fetcher.end(try fetched())
    #expect(keys.current != nil)
  }

  @Test func whoWaitsHearsOfOneFetchAndTheNextIsHalfAMinuteLater() throws {
    let keys = try started()
    let heard = Heard()
    let tried = try #require(keys.current)
    #expect(waits(keys.ask(after: tried) { heard.note($0) }))
    #expect(waits(keys.ask(after: tried) { heard.note($0) }))
    #expect(fetcher.fetches == 2 && heard.all.isEmpty)
    fetcher.end(try fetched(2))
    #expect(heard.all == [2, 2])
    // Somebody else, who had tried with the old ones.
    guard case .changed(let now) = keys.ask(after: tried, later: { heard.note($0) }) else {
      Issue.record("there are others by now")
      return
    }
    #expect(now.keys.count == 2)
    let current = try #require(keys.current)
    #expect(isRefused(keys.ask(after: current) { heard.note($0) }))
    fetcher.advance(by: .seconds(30))
    #expect(waits(keys.ask(after: current) { heard.note($0) }))
    #expect(fetcher.fetches == 3)
    fetcher.end(nil)
    #expect(heard.all == [2, 2, nil])
    #expect(isUnavailable(keys.ask(after: current) { heard.note($0) }))
  }

  @Test func aBoundedNumberWaits() throws {
    let keys = try started()
    let heard = Heard()
    let tried = try #require(keys.current)
    for _ in 0..<PublishedKeys.mostWaiting { #expect(waits(keys.ask(after: tried) { heard.note($0) })) }
    #expect(isUnavailable(keys.ask(after: tried) { heard.note($0) }))
    fetcher.end(try fetched())
    #expect(heard.all.count == PublishedKeys.mostWaiting && fetcher.fetches == 2)
  }

  @Test func theyEndWithTheLastThatHasThem() throws {
    let pool = PublishedKeysPool(by: fetcher)
    var first: PublishedKeys? = pool[plan]
    fetcher.end(try fetched())
    var second: PublishedKeys? = pool[plan]
    #expect(first === second && fetcher.fetches == 1 && fetcher.timers == 1)
    first = nil
    #expect(second?.current != nil && fetcher.timers == 1)
    second = nil
    #expect(fetcher.timers == 0)
    first = pool[plan]
    #expect(first?.current == nil && fetcher.fetches == 2)
    // It ends while it is fetched for.
    first = nil
    fetcher.end(try fetched())
    #expect(fetcher.timers == 0)
    let other = PublishedKeysPlan(FetchPlace("https://id", "/jwks.json"), .metadata(issuer: nil))
    first = pool[other]
    second = pool[plan]
    #expect(first !== second && fetcher.fetches == 4)
  }
  /// What readiness asks: those that nobody has any more are not waited for, and once is enough.
  @Test func whetherAllWereFetchedOnceIsTold() throws {
    let pool = PublishedKeysPool(by: fetcher)
    #expect(pool.wereFetched)
    var keys: PublishedKeys? = pool[plan]
    #expect(!pool.wereFetched)
    fetcher.end(nil)
    #expect(!pool.wereFetched)
    keys = nil
    #expect(pool.wereFetched)
    keys = pool[plan]
    fetcher.end(try fetched())
    #expect(pool.wereFetched && keys?.wereFetched == true)
  }
}
