import Messages
import NIOCore
import Timing

extension EntryCoding {
  /// The body of the entry shares the storage of `value`.
  /// - Parameter lead: by which Redis' clock is ahead.
  static func decode(_ value: ByteBuffer, key: CacheKey, lead: Duration = .zero) -> Decoded {
    var buffer = value
    guard isSound(value, key: key), buffer.readBytes(length: 4) == magic,
      buffer.readInteger(as: UInt8.self) == version,
      let kind = buffer.readInteger(as: UInt8.self),
      let flags = buffer.readInteger(as: UInt8.self), flags <= flagPartial | flagPrivate,
      buffer.readInteger(as: UInt8.self) == 0,
      let digits = buffer.readBytes(length: Stamp.digits), let stamp = Stamp(decimal: digits)
    else { return .foreign }
    switch kind {
    case kindTombstone:
      return buffer.readableBytes == checksumLength ? .tombstone : .foreign
    case kindEntry:
      return entry(from: &buffer, flags: flags, began: stamp, lead: lead).map { .entry($0) } ?? .foreign
    default:
      return .foreign
    }
  }

  private static func isSound(_ value: ByteBuffer, key: CacheKey) -> Bool {
    let length = value.readableBytes - checksumLength
    guard length >= timesOffset,
      let checksum = value.getInteger(at: value.readerIndex + length, endianness: .little, as: UInt64.self)
    else { return false }
    return value.withUnsafeReadableBytes { bytes in
      XXH64.hash(UnsafeRawBufferPointer(rebasing: bytes[..<length]), seed: seed(of: key)) == checksum
    }
  }

  /// `buffer` stands behind the stamp. The checksum has held, but who can write to Redis can make one: no count is
  /// believed, and what comes out could have been stored, so that no entry has a say in how answers are framed.
  private static func entry(
    from buffer: inout ByteBuffer, flags: UInt8, began: Stamp, lead: Duration
  ) -> CacheEntry? {
    guard let times = times(from: &buffer), times.areStorable,
      let counts = buffer.readMultipleIntegers(endianness: .little, as: (UInt16, UInt16, UInt16, UInt16).self),
      let lengths = buffer.readMultipleIntegers(endianness: .little, as: (UInt32, UInt32).self)
    else { return nil }
    let (status, tagCount, headerCount, etagLength) = counts
    let (headersLength, bodyLength) = (Int(widening: lengths.0), Int(widening: lengths.1))
    let tagsLength = 16 + 16 * Int(widening: tagCount)
    let expected = tagsLength + Int(widening: etagLength) + headersLength + bodyLength + checksumLength
    guard buffer.readableBytes == expected, CacheRules.mayKeep(status: Int(widening: status)),
      tagCount <= CompositeCache.mostTags,
      let route = tag(from: &buffer),
      let tags = repeated(Int(widening: tagCount), { tag(from: &buffer) }),
      let etag = text(Int(widening: etagLength), from: &buffer), EntityTag.isOne(etag),
      var fields = buffer.readSlice(length: headersLength),
      let headers = repeated(Int(widening: headerCount), { header(from: &fields) }), fields.readableBytes == 0,
      StorableHeaders.filter(headers).count == headers.count, let body = buffer.readSlice(length: bodyLength)
    else { return nil }
    return CacheEntry(
      times: times.shifted(by: .zero - lead), status: Int(widening: status), headers: headers, body: body, tags: tags,
      route: route, etag: etag,
      isPartial: flags & flagPartial != 0, isPrivate: flags & flagPrivate != 0, began: began)
  }

  private static func times(from buffer: inout ByteBuffer) -> CacheTimes? {
    buffer.readMultipleIntegers(endianness: .little, as: (Int64, Int64, Int64, Int64).self).map { times in
      CacheTimes(
        created: WallTime(milliseconds: times.0), freshUntil: WallTime(milliseconds: times.1),
        staleWhileRevalidateUntil: WallTime(milliseconds: times.2),
        staleIfErrorUntil: WallTime(milliseconds: times.3))
    }
  }

  private static func tag(from buffer: inout ByteBuffer) -> CacheTag? {
    buffer.readMultipleIntegers(endianness: .little, as: (UInt64, UInt64).self)
      .map { CacheTag(high: $0.0, low: $0.1) }
  }

  private static func header(from buffer: inout ByteBuffer) -> HeaderField? {
    guard let lengths = buffer.readMultipleIntegers(endianness: .little, as: (UInt16, UInt32).self),
      let name = text(Int(widening: lengths.0), from: &buffer),
      let value = text(Int(widening: lengths.1), from: &buffer), StorableHeaders.isField(name, value)
    else { return nil }
    return HeaderField(name, value)
  }

  /// `nil` for what is no UTF-8, which no text is that was stored.
  private static func text(_ length: Int, from buffer: inout ByteBuffer) -> String? {
    try? buffer.readUTF8ValidatedString(length: length)
  }

  private static func repeated<Element>(_ count: Int, _ next: () -> Element?) -> [Element]? {
    var elements: [Element] = []
    elements.reserveCapacity(min(count, 64))
    for _ in 0..<count {
      guard let element = next() else { return nil }
      elements.append(element)
    }
    return elements
  }
}
