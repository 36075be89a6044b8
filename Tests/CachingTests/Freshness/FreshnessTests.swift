import Testing

@testable import Caching

struct FreshnessTests {
  private let times = CacheLifetime(
    ttl: .seconds(30), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(600)
  ).times(from: Sample.epoch, chance: 0)

  @Test(arguments: [
    (0, Freshness.State.fresh, 0, 30), (29_999, .fresh, 29, 0), (30_000, .staleWhileRevalidate, 30, 0),
    (30_001, .staleWhileRevalidate, 30, -1), (35_000, .staleWhileRevalidate, 35, -5),
    (89_999, .staleWhileRevalidate, 89, -60), (90_000, .staleIfError, 90, -60), (629_999, .staleIfError, 629, -600),
    (630_000, .expired, 630, -600),
    // Another machine's clock is ahead of ours.
    (-5_000, .fresh, 0, 35),
  ])
  func goesThroughItsStates(_ milliseconds: Int, _ state: Freshness.State, _ age: Int, _ ttl: Int) {
    let freshness = Freshness(times, at: Sample.epoch + .milliseconds(milliseconds))
    #expect(freshness.state == state)
    #expect(freshness.age == age)
    #expect(freshness.ttl == ttl)
    #expect(Freshness.standsIn(times, at: Sample.epoch + .milliseconds(milliseconds)) == (milliseconds < 630_000))
  }

  @Test func staleIfErrorMayEndBeforeStaleWhileRevalidate() {
    let times = CacheLifetime(ttl: .seconds(10), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(5))
      .times(from: Sample.epoch, chance: 0)
    #expect(Freshness(times, at: Sample.epoch + .seconds(50)).state == .staleWhileRevalidate)
    #expect(!Freshness.standsIn(times, at: Sample.epoch + .seconds(50)))
    #expect(Freshness(times, at: Sample.epoch + .seconds(70)).state == .expired)
    #expect(times.usableUntil == Sample.epoch + .seconds(70))
  }

  @Test func jitterOnlyShortensAndStaysInItsPart() {
    let lifetime = CacheLifetime(ttl: .seconds(100), staleWhileRevalidate: .seconds(10), jitter: 0.1)
    #expect(lifetime.times(from: Sample.epoch, chance: 0).freshUntil == Sample.epoch + .seconds(100))
    #expect(lifetime.times(from: Sample.epoch, chance: 1).freshUntil == Sample.epoch + .seconds(90))
    #expect(lifetime.times(from: Sample.epoch, chance: 0.5).freshUntil == Sample.epoch + .seconds(95))
    #expect(lifetime.times(from: Sample.epoch, chance: 1).staleWhileRevalidateUntil == Sample.epoch + .seconds(100))
  }

  @Test func endlessLifetimesSaturate() {
    let times = CacheLifetime(ttl: .seconds(Int64.max)).times(from: Sample.epoch, chance: 0)
    #expect(Freshness(times, at: Sample.epoch).state == .fresh)
  }

  @Test func rulesDecideWhatIsStored() {
    let plain = CacheRules(CacheLifetime(ttl: .seconds(30), staleIfError: .seconds(60)))
    let generous = CacheRules(plain.lifetime, partialTtl: .seconds(2), errorTtl: .seconds(1))
    func lifetime(_ rules: CacheRules, _ status: Int, isPartial: Bool = false) -> CacheLifetime? {
      rules.lifetime(of: CacheDraft(status: status, headers: [], body: .init(), isPartial: isPartial))
    }
    #expect(lifetime(plain, 200) == plain.lifetime)
    #expect(lifetime(plain, 200, isPartial: true) == nil)
    #expect(lifetime(plain, 404) == nil)
    #expect(lifetime(plain, 502) == nil)
    #expect(lifetime(plain, 206) == nil)
    #expect(lifetime(plain, 304) == nil)
    #expect(lifetime(generous, 200, isPartial: true) == CacheLifetime(ttl: .seconds(2)))
    #expect(lifetime(generous, 404) == CacheLifetime(ttl: .seconds(1)))
    #expect(lifetime(generous, 503, isPartial: true) == CacheLifetime(ttl: .seconds(1)))
    #expect(lifetime(CacheRules(CacheLifetime(ttl: .zero)), 200) == nil)
  }
}
