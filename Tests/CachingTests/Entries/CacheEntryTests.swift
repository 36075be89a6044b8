import Messages
import NIOCore
import Testing

@testable import Caching

struct CacheEntryTests {
  @Test func onlyStorableHeadersAreKept() {
    let fields = [
      HeaderField("Content-Type", "text/plain"), HeaderField("Set-Cookie", "sid=1"),
      HeaderField("Authorization", "Bearer x"), HeaderField("Connection", "close, X-Hop"),
      HeaderField("x-hop", "1"), HeaderField("Transfer-Encoding", "chunked"), HeaderField("Vary", "Accept"),
      HeaderField("ETag", "\"theirs\""), HeaderField("Age", "3"), HeaderField("X-Total", "7"),
    ]
    #expect(StorableHeaders.filter(fields).map(\.name) == ["Content-Type", "Vary", "X-Total"])
  }

  /// Ten times as many fields as an answer may have, and a list of more names than could be compared with each of them.
  @Test func aConnectionFieldMayListAnything() {
    let named = (0..<45_000).map { "x-\($0)" }.joined(separator: ",")
    let fields = (0..<2560).map { HeaderField("X-\($0 * 20)", "1") } + [HeaderField("Connection", named)]
    #expect(StorableHeaders.filter(fields).map(\.name) == (2250..<2560).map { "X-\($0 * 20)" })
  }

  @Test func tagsDependOnBodyAndItsMeaningOnly() {
    let base = Sample.entry("a").etag
    #expect(base.hasPrefix("\"") && base.hasSuffix("\"") && base.utf8.count == 34)
    #expect(Sample.entry("a", created: Sample.epoch + .seconds(5)).etag == base)
    #expect(Sample.entry("b").etag != base)
    #expect(Sample.entry("a", headers: [HeaderField("content-type", "text/plain")]).etag != base)
    let outcome = HeaderField("Weft-Outcome", "a;outcome=timeout;dur=300")
    #expect(Sample.entry("a", headers: [HeaderField("content-type", "application/json"), outcome]).etag == base)
  }

  @Test func theBodyIsShared() {
    let body = ByteBuffer(string: String(repeating: "x", count: 1000))
    let entry = CacheEntry(
      times: CacheLifetime(ttl: .seconds(1)).times(from: Sample.epoch, chance: 0), status: 200, headers: [],
      body: body, tags: [], route: .all)
    let one = body.withUnsafeReadableBytes { $0.baseAddress }
    #expect(entry.body.withUnsafeReadableBytes { $0.baseAddress } == one)
  }

  @Test func theNewerFetchIsNewer() {
    let early = Sample.entry(created: Sample.epoch + .seconds(9), began: Stamp(microseconds: 1))
    let late = Sample.entry(created: Sample.epoch, began: Stamp(microseconds: 2))
    #expect(early.isOlder(than: late) && !late.isOlder(than: early) && !late.isOlder(than: late))
    let unknown = Sample.entry(created: Sample.epoch + .seconds(10))
    #expect(!unknown.isOlder(than: early) && early.isOlder(than: unknown))
  }
}
