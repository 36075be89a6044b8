import Messages
import NIOCore
import TestInputs
import Testing
import Timing

@testable import Caching

struct EntryCodingTests {
  private let key = Sample.key(1)

  private func sample() -> CacheEntry {
    Sample.entry(
      String(repeating: "body ", count: 40),
      lifetime: CacheLifetime(ttl: .seconds(30), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(600)),
      headers: [HeaderField("Content-Type", "application/json"), HeaderField("X-Empty", ""), HeaderField("Ü", "é")],
      tags: [CacheTag("a"), CacheTag("b")], began: Stamp(microseconds: 1_700_000_000_123_456), status: 203,
      isPartial: true, isPrivate: true)
  }

  private func decoded(_ value: ByteBuffer, _ key: CacheKey) -> CacheEntry? {
    if case .entry(let entry) = EntryCoding.decode(value, key: key) { entry } else { nil }
  }

  private func isForeign(_ value: ByteBuffer) -> Bool {
    if case .foreign = EntryCoding.decode(value, key: key) { true } else { false }
  }

  @Test func comesBackAsItWent() throws {
    let entry = sample()
    let value = try #require(EntryCoding.encode(entry, key: key))
    let back = try #require(decoded(value, key))
    #expect(back.times == entry.times)
    #expect(back.status == entry.status)
    #expect(back.headers == entry.headers)
    #expect(back.body == entry.body)
    #expect(back.tags == entry.tags)
    #expect(back.route == entry.route)
    #expect(back.etag == entry.etag)
    #expect(back.began == entry.began)
    #expect(back.isPartial && back.isPrivate)
  }

  @Test func emptyBodyNoHeadersNoTags() throws {
    let entry = Sample.entry("", headers: [])
    let value = try #require(EntryCoding.encode(entry, key: key))
    let back = try #require(decoded(value, key))
    #expect(back.body.readableBytes == 0 && back.headers.isEmpty && back.tags.isEmpty)
    #expect(!back.isPartial && !back.isPrivate)
  }

  @Test func readsAValueInTheMiddleOfABuffer() throws {
    let value = try #require(EntryCoding.encode(sample(), key: key))
    var buffer = ByteBuffer(string: "before")
    buffer.writeImmutableBuffer(value)
    buffer.moveReaderIndex(forwardBy: 6)
    #expect(decoded(buffer, key)?.body == sample().body)
  }

  @Test func everyTruncationIsForeign() throws {
    let value = try #require(EntryCoding.encode(sample(), key: key))
    for length in 0..<value.readableBytes {
      #expect(isForeign(try #require(value.getSlice(at: 0, length: length))), "\(length) bytes")
    }
    var longer = value
    longer.writeInteger(0 as UInt8)
    #expect(isForeign(longer))
  }

  @Test func everyFlippedBitIsForeign() throws {
    let value = try #require(EntryCoding.encode(sample(), key: key))
    for index in 0..<value.readableBytes {
      for bit in 0..<8 {
        var changed = value
        let byte = try #require(value.getInteger(at: index, as: UInt8.self))
        changed.setInteger(byte ^ (1 << bit), at: index)
        #expect(isForeign(changed), "byte \(index), bit \(bit)")
      }
    }
  }

  /// Bytes whose checksum is right but whose counts lie, as a bug or another program might write them.
  @Test func lyingCountsAreForeign() throws {
    let value = try #require(EntryCoding.encode(sample(), key: key))
    var dice = Dice(seed: 3)
    for _ in 0..<20_000 {
      var changed = value
      changed.moveWriterIndex(to: value.readableBytes - EntryCoding.checksumLength)
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        changed.setInteger(
          UInt8.random(in: 0...255, using: &dice), at: Int.random(in: 56..<200, using: &dice))
      }
      let checksum = changed.withUnsafeReadableBytes { XXH64.hash($0, seed: EntryCoding.seed(of: key)) }
      changed.writeInteger(checksum, endianness: .little)
      // Whatever it says, it must not read beyond its end; a lucky change of a text is an entry like another.
      if let entry = decoded(changed, key) { #expect(entry.body.readableBytes <= value.readableBytes) }
    }
  }

  private func isRefused(_ entry: CacheEntry) throws -> Bool {
    isForeign(try #require(EntryCoding.encode(entry, key: key)))
  }

  /// Who can write to Redis can write an entry whose checksum is right.
  @Test(arguments: [
    "Transfer-Encoding", "Content-Length", "Connection", "keep-alive", "Trailer", "Upgrade", "Set-Cookie", "Age",
    "Date",
    "ETag", "Cache-Control", "X-Request-Id",
  ])
  func whatIsNeverStoredIsForeign(_ name: String) throws {
    #expect(try isRefused(Sample.entry(headers: [HeaderField("X-Total", "7"), HeaderField(name, "1")])))
  }

  @Test(arguments: [("X-A", "b\r\nX-Evil: 1"), ("x evil", "1"), ("", "1"), ("x:a", "1"), ("X-A", "a\u{1}")])
  func whatIsNoHeaderFieldIsForeign(_ name: String, _ value: String) throws {
    #expect(try isRefused(Sample.entry(headers: [HeaderField("X-Total", "7"), HeaderField(name, value)])))
  }

  @Test(arguments: [0, 100, 101, 103, 199, 206, 304, 600, 999, 65535])
  func statusesThatAreNeverStoredAreForeign(_ status: Int) throws {
    #expect(try isRefused(Sample.entry(status: status)))
  }

  @Test func timesThatAreNeverStoredAreForeign() throws {
    let (good, ends) = (Sample.epoch.milliseconds, [Int64.min, Int64.min + 1, Int64.max - 1, Int64.max])
    for extreme in ends {
      for place in 0..<4 {
        var times = [good, good + 30_000, good + 30_000, good + 30_000]
        times[place] = extreme
        let walls = times.map { WallTime(milliseconds: $0) }
        let entry = CacheEntry(
          times: CacheTimes(
            created: walls[0], freshUntil: walls[1], staleWhileRevalidateUntil: walls[2], staleIfErrorUntil: walls[3]),
          status: 200, headers: [], body: ByteBuffer(), tags: [], route: .all)
        #expect(try isRefused(entry))
        _ = Freshness(entry.times, at: Sample.epoch)
      }
    }
  }

  @Test func tagsAndEntityTagsThatAreNeverStoredAreForeign() throws {
    let tags = (0...CompositeCache.mostTags).map { CacheTag("\($0)") }
    #expect(try isRefused(Sample.entry(tags: tags)))
    for etag in ["", "\"", "x", "W/\"a\"", "\"a\r\nX: 1\"", "\"a\"b\""] {
      let entry = CacheEntry(
        times: Sample.entry().times, status: 200, headers: [], body: ByteBuffer(), tags: [], route: .all, etag: etag)
      #expect(try isRefused(entry))
    }
  }

  @Test func textThatIsNoUTF8IsForeign() throws {
    var value = try #require(EntryCoding.encode(Sample.entry("", headers: [HeaderField("X-Total", "7")]), key: key))
    value.moveWriterIndex(to: value.readableBytes - EntryCoding.checksumLength)
    value.setInteger(0xFF as UInt8, at: value.readableBytes - 1)
    value.writeInteger(
      value.withUnsafeReadableBytes { XXH64.hash($0, seed: EntryCoding.seed(of: key)) }, endianness: .little)
    #expect(isForeign(value))
  }

  @Test func anotherKeysValueIsForeign() throws {
    let value = try #require(EntryCoding.encode(sample(), key: Sample.key(2)))
    #expect(isForeign(value))
  }

  @Test func otherProgramsValuesAreForeign() {
    for text in ["", "1", "WEFT", "{\"a\": 1}", String(repeating: "x", count: 500)] {
      #expect(isForeign(ByteBuffer(string: text)))
    }
  }

  @Test func tombstonesAreKnown() {
    let value = EntryCoding.tombstone(Stamp(microseconds: 5), key: key)
    guard case .tombstone = EntryCoding.decode(value, key: key) else {
      Issue.record("no tombstone")
      return
    }
    #expect(isForeign(EntryCoding.tombstone(Stamp(microseconds: 5), key: Sample.key(2))))
  }

  @Test func stampsAreDecimal() {
    #expect(Stamp(microseconds: 42).decimal == Array("0000000000000042".utf8))
    #expect(Stamp(decimal: "0000000000000042".utf8) == Stamp(microseconds: 42))
    for text in ["", "-1", "1x", "99999999999999999", "9999999999999999"] { #expect(Stamp(decimal: text.utf8) == nil) }
  }
}
