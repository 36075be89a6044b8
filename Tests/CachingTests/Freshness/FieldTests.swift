import Messages
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
    #expect(EntityTagList.matches(field, etag: "\"a\"") == matches)
    #expect(EntityTagList.matches(field, etag: "W/\"a\"") == matches || field == "W/\"a\"")
  }

  @Test(arguments: [
    ("\"a\", W/\"b\" ,\"c\"", ["\"a\"", "\"c\""]), ("*", []), ("\"a\" \"b\"", []), ("\"a\", x", []), ("", []),
  ])
  func strongTags(_ field: String, _ tags: [String]) {
    #expect(EntityTagList.strongTags(field) == tags)
  }

  @Test func directivesAreRead() {
    let directives = CacheDirectives(
      "Public , MAX-AGE=60, s-maxage=\"120\", stale-while-revalidate=5,x=\"a, no-store\",stale-if-error=7")
    #expect(directives.maxAge == .seconds(60))
    #expect(directives.allowedTtl == .seconds(120))
    #expect(!directives.noStore)
    #expect(CacheDirectives("").allowedTtl == nil)
    #expect(CacheDirectives("max-age=x").allowedTtl == .zero)
    #expect(CacheDirectives("max-age=-1").allowedTtl == .zero)
    #expect(CacheDirectives("max-age=99999999999999999999").maxAge == .seconds(Int64(Int32.max)))
    #expect(CacheDirectives("max-age=5, max-age=50").maxAge == .seconds(5))
    #expect(CacheDirectives("private").allowedTtl == .zero)
    #expect(CacheDirectives("max-age=5\u{600}, no-store").noStore && CacheDirectives("x=\"\u{600}\",no-store").noStore)
  }

  /// RFC 9111 §5.3 and §4.2.1: the lines of an answer, and the seconds that it may be kept for.
  @Test(arguments: [
    ("Date: Sun, 06 Nov 1994 08:49:37 GMT|Expires: Sun, 06 Nov 1994 08:50:37 GMT", 60),
    ("Date: Sun, 06 Nov 1994 08:49:37 GMT|Expires: Sunday, 06-Nov-94 08:50:37 GMT", 60),
    ("Date: Sun Nov  6 08:49:37 1994|Expires: Sun Nov  6 08:50:37 1994", 60),
    ("Date: Sun, 06 Nov 1994 08:49:37 GMT|Expires: Sun, 06 Nov 1994 08:50:37 GMT|Age: 20", 40),
    ("Date: Sun, 06 Nov 1994 08:49:37 GMT|Expires: Sun, 06 Nov 1994 08:49:36 GMT", 0),
    ("Date: Sun, 06 Nov 1994 08:49:37 GMT|Expires: Sun, 06 Nov 1994 08:50:37 GMT+1", 0),
    ("Date: Sun, 06 Nov 1994 08:49:37 GMT|Expires: Sun, 32 Nov 1994 08:50:37 GMT", 0),
    ("Expires: 0", 0), ("Expires: -1", 0), ("Expires: ", 0), ("Expires: Fri, 15 Jan 2027 08:00:10 GMT", 10),
    ("Expires: Sun, 06 Nov 3988 08:49:37 GMT", 2_147_483_647),
    ("Expires: Fri, 15 Jan 2027 07:00:10 GMT", 0), ("Cache-Control: max-age=5|Expires: 0", 5),
    ("Cache-Control: s-maxage=7|Expires: 0", 7), ("Cache-Control: public|Expires: 0", 0),
    ("Cache-Control: max-age=60|Cache-Control: s-maxage=120|Age: 20", 100), ("Cache-Control: max-age=60", 60),
    ("Cache-Control: max-age=60|Age: 61", 0),
    ("Cache-Control: max-age=9223372036854775808|Age: 9223372036854775807", 0),
    ("Cache-Control: max-age=2147483648|Age: 1", 2_147_483_646), ("Cache-Control: max-age=60|Age: -1", 60),
    ("Cache-Control: max-age=60|Age: 1e400", 60), ("Cache-Control: no-store", 0), ("Cache-Control: public", -1),
    ("Date: Sun, 06 Nov 1994 08:49:37 GMT|Age: 5", -1), ("Vary: *", 0),
    ("Vary: accept , *|Cache-Control: max-age=9", 0), ("Vary: x*, *y", -1),
  ])
  func answersSayForHowLong(_ lines: String, _ seconds: Int) {
    let fields = lines.split(separator: "|").map { line in
      let sides = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
      return HeaderField(String(sides[0]), String(sides[1]))
    }
    let directives = CacheDirectives(response: fields, at: Sample.epoch)
    #expect(directives?.allowedTtl == (seconds < 0 ? nil : .seconds(seconds)))
    let again = directives.map { CacheDirectives($0.field) }
    #expect(again == directives)
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
