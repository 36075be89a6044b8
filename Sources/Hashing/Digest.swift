import CDigest

/// SHA-256 over what is fed to it, by OpenSSL with its own choice of instructions. Allocates nothing.
///
/// A cryptographic hash, because keys separate users: with a fast one (XXH3, SipHash under a key that a whole fleet
/// would have to share) whoever can choose inputs could make two requests collide, and read another user's answer or use
/// up what another may. It costs about 0.2 µs for a key; see docs/caching.md.
package struct Digest {
  private var context = SHA256_CTX()

  package init() {
    SHA256_Init(&context)
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0 else { return }
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
  }

  /// Little-endian; at most eight bytes of `value`, so that records have fixed places.
  @inlinable package mutating func update<Integer: FixedWidthInteger>(_ value: Integer) {
    withUnsafeBytes(of: value.littleEndian) { update($0) }
  }

  /// The UTF-8 bytes alone.
  package mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The UTF-8 bytes behind their count (32 bits), so that no two lists of texts feed the same bytes.
  package mutating func update(counted text: String) {
    var text = text
    text.withUTF8 { bytes in
      update(UInt32(clamping: bytes.count))
      update(UnsafeRawBufferPointer(bytes))
    }
  }

  /// The four words of the hash in the machine's order of bytes (little-endian on all supported platforms).
  package consuming func words() -> (UInt64, UInt64, UInt64, UInt64) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { bytes in
      _ = SHA256_Final(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
    }
    return words
  }
}
