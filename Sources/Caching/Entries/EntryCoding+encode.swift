import NIOCore

extension EntryCoding {
  /// `nil` for an entry beyond the format's counts: 65,535 headers or tags, 4 GiB.
  /// - Parameter lead: by which Redis' clock is ahead.
  static func encode(_ entry: CacheEntry, key: CacheKey, lead: Duration = .zero) -> ByteBuffer? {
    let times = entry.times.shifted(by: lead)
    let headerLength = entry.headers.reduce(0) { $0 + 6 + $1.name.utf8.count + $1.value.utf8.count }
    guard
      let tagCount = UInt16(exactly: entry.tags.count), let headerCount = UInt16(exactly: entry.headers.count),
      let etagLength = UInt16(exactly: entry.etag.utf8.count), let status = UInt16(exactly: entry.status),
      let headersLength = UInt32(exactly: headerLength), let bodyLength = UInt32(exactly: entry.body.readableBytes)
    else { return nil }
    let capacity =
      fixedLength + 16 + 16 * entry.tags.count + entry.etag.utf8.count + headerLength + entry.body.readableBytes + 8
    var buffer = ByteBufferAllocator().buffer(capacity: capacity)
    var flags: UInt8 = 0
    if entry.isPartial { flags |= flagPartial }
    if entry.isPrivate { flags |= flagPrivate }
    writeStart(kind: kindEntry, flags: flags, stamp: entry.began, into: &buffer)
    buffer.writeMultipleIntegers(
      times.created.milliseconds, times.freshUntil.milliseconds, times.staleWhileRevalidateUntil.milliseconds,
      times.staleIfErrorUntil.milliseconds, endianness: .little)
    for count in [status, tagCount, headerCount, etagLength] { buffer.writeInteger(count, endianness: .little) }
    buffer.writeInteger(headersLength, endianness: .little)
    buffer.writeInteger(bodyLength, endianness: .little)
    write(entry.route, into: &buffer)
    for tag in entry.tags { write(tag, into: &buffer) }
    buffer.writeString(entry.etag)
    guard writeHeaders(of: entry, into: &buffer) else { return nil }
    buffer.writeImmutableBuffer(entry.body)
    seal(&buffer, key: key)
    return buffer
  }

  /// Returns what a purge at `stamp` leaves in a key's place.
  static func tombstone(_ stamp: Stamp, key: CacheKey) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: tombstoneLength)
    writeStart(kind: kindTombstone, flags: 0, stamp: stamp, into: &buffer)
    seal(&buffer, key: key)
    return buffer
  }

  private static func writeStart(kind: UInt8, flags: UInt8, stamp: Stamp, into buffer: inout ByteBuffer) {
    buffer.writeBytes(magic)
    for byte in [version, kind, flags, 0] { buffer.writeInteger(byte) }
    buffer.writeBytes(stamp.decimal)
  }

  private static func write(_ tag: CacheTag, into buffer: inout ByteBuffer) {
    buffer.writeInteger(tag.high, endianness: .little)
    buffer.writeInteger(tag.low, endianness: .little)
  }

  private static func writeHeaders(of entry: CacheEntry, into buffer: inout ByteBuffer) -> Bool {
    for field in entry.headers {
      guard let name = UInt16(exactly: field.name.utf8.count), let value = UInt32(exactly: field.value.utf8.count)
      else { return false }
      buffer.writeInteger(name, endianness: .little)
      buffer.writeInteger(value, endianness: .little)
      buffer.writeString(field.name)
      buffer.writeString(field.value)
    }
    return true
  }

  private static func seal(_ buffer: inout ByteBuffer, key: CacheKey) {
    let checksum = buffer.withUnsafeReadableBytes { XXH64.hash($0, seed: seed(of: key)) }
    buffer.writeInteger(checksum, endianness: .little)
  }
}
