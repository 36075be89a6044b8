/// The form of a value in Redis. All numbers are little-endian.
///
///     0   "WEFT"
///     4   version (1), kind (1 entry, 2 tombstone), flags (1 partial, 2 private), 0
///     8   stamp: sixteen decimal digits, which the scripts in Redis compare
///     24  created, freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil: 64 bits each, milliseconds
///         since 1970 on Redis' clock
///     56  status (16 bits), count of tags (16), count of headers (16), length of the entity tag (16)
///     64  length of all headers (32 bits), length of the body (32)
///     72  route (16 bytes), the tags (16 bytes each), the entity tag
///         each header: length of the name (16 bits), of the value (32), name, value
///         the body
///     end XXH64 of all that is before, seeded with the key, so that a value under another's key is foreign
///
/// A tombstone ends after the stamp, with the checksum: it is left by a purge of a key, and keeps a fetch that began
/// before the purge from storing what it read.
enum EntryCoding {
  static let magic: [UInt8] = [0x57, 0x45, 0x46, 0x54]
  static let version: UInt8 = 1
  static let kindEntry: UInt8 = 1
  static let kindTombstone: UInt8 = 2
  static let flagPartial: UInt8 = 1
  static let flagPrivate: UInt8 = 2
  static let timesOffset = 24
  static let fixedLength = 72
  static let checksumLength = 8
  static let tombstoneLength = timesOffset + checksumLength

  /// A value of Redis as it turned out to be.
  enum Decoded {
    case entry(CacheEntry)
    case tombstone
    /// Cut off, changed on the way, of another version, or not ours.
    case foreign
  }

  /// Returns a seed that ties a value to its key.
  static func seed(of key: CacheKey) -> UInt64 {
    key.words.2 ^ key.words.3
  }
}
