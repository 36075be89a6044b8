import Testing

@testable import Caching

struct FieldTests {
  @Test(arguments: [
    (CacheStatus.hit(ttl: 12), "weft; hit; ttl=12"),
    (.staleWhileRevalidate(ttl: -5), "weft; hit; ttl=-5; detail=swr"),
    (.staleIfError(ttl: -5), "weft; hit; ttl=-5; detail=stale-if-error"),
    (.forwarded(.miss, stored: true, collapsed: false), "weft; fwd=miss; stored"),
    (.forwarded(.miss, stored: false, collapsed: true), "weft; fwd=miss; collapsed"),
    (.forwarded(.stale, stored: true, collapsed: false), "weft; fwd=stale; stored"),
    (.forwarded(.bypass, stored: false, collapsed: false), "weft; fwd=bypass"),
    (.forwarded(.request, stored: false, collapsed: false), "weft; fwd=request"),
  ])
  func cacheStatus(_ status: CacheStatus, _ text: String) {
    #expect(status.value == text)
  }

  @Test func cacheControlForClients() {
    let lifetime = CacheLifetime(ttl: .seconds(30), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(600))
    #expect(
      CacheControl.value(of: Sample.entry(lifetime: lifetime).times, isPrivate: false)
        == "public, max-age=30, stale-while-revalidate=60, stale-if-error=600")
    #expect(CacheControl.value(of: Sample.entry().times, isPrivate: true) == "private, max-age=30")
  }

  @Test(arguments: [
    ("\"a\"", true), ("W/\"a\"", true), ("\"b\"", false), ("\"b\", \"a\"", true), ("\"b\" ,, W/\"a\",", true),
    ("*", true), (" * ", true), ("*, \"a\"", false), ("a", false), ("\"a", false), ("\"b\" \"a\"", false), ("", false),
    ("\"a,b\", \"a\"", true), ("\"a,\"", false), ("w/\"a\"", false), ("\"a\", b", false), ("W/", false),
    (", \"a\"", true),
  ])
  func ifNoneMatch(_ field: String, _ matches: Bool) {
    #expect(IfNoneMatch.matches(field, etag: "\"a\"") == matches)
    #expect(IfNoneMatch.matches(field, etag: "W/\"a\"") == matches || field == "W/\"a\"")
  }

  @Test func directivesAreRead() {
    let directives = CacheDirectives(
      "Public , MAX-AGE=60, s-maxage=\"120\", stale-while-revalidate=5,x=\"a, no-store\",stale-if-error=7")
    #expect(directives.maxAge == .seconds(60))
    #expect(directives.allowedTtl == .seconds(120))
    #expect(directives.staleWhileRevalidate == .seconds(5))
    #expect(directives.staleIfError == .seconds(7))
    #expect(!directives.noStore)
    #expect(CacheDirectives("").allowedTtl == nil)
    #expect(CacheDirectives("max-age=x").allowedTtl == .zero)
    #expect(CacheDirectives("max-age=-1").allowedTtl == .zero)
    #expect(CacheDirectives("max-age=99999999999999999999").maxAge == .seconds(Int64(Int32.max)))
    #expect(CacheDirectives("max-age=5, max-age=50").maxAge == .seconds(5))
    #expect(CacheDirectives("private").allowedTtl == .zero)
  }

  @Test func aBackendLimitsALifetime() {
    let lifetime = CacheLifetime(ttl: .seconds(30), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(600))
    #expect(CacheDirectives("max-age=10").limiting(lifetime).ttl == .seconds(10))
    #expect(CacheDirectives("max-age=100").limiting(lifetime) == lifetime)
    #expect(CacheDirectives("no-store").limiting(lifetime) == CacheLifetime(ttl: .zero))
    #expect(CacheDirectives("max-age=10, must-revalidate").limiting(lifetime) == CacheLifetime(ttl: .seconds(10)))
  }

  @Test func aClientMayRefuseAnEntry() {
    let times = CacheLifetime(ttl: .seconds(30)).times(from: Sample.epoch, chance: 0)
    let freshness = Freshness(times, at: Sample.epoch + .seconds(10))
    #expect(CacheDirectives("").accepts(freshness))
    #expect(CacheDirectives("max-age=10").accepts(freshness))
    #expect(!CacheDirectives("max-age=9").accepts(freshness))
    #expect(!CacheDirectives("no-cache").accepts(freshness))
    #expect(CacheDirectives("min-fresh=20").accepts(freshness))
    #expect(!CacheDirectives("min-fresh=21").accepts(freshness))
  }
}
