import Messages

/// Names one answer: the SHA-256 of a route's identity, its definition's fingerprint and every input that it reads.
/// Equal only where all of them are; stable over processes, machines and versions of Weft with the same encoding.
package struct CacheKey: Sendable {
  /// The hash's bytes in their order, as little-endian words.
  let words: (UInt64, UInt64, UInt64, UInt64)

  init(_ words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// 64 lower-case hexadecimal digits; what `purge --key` takes.
  package init?(hex: String) {
    var bytes: [UInt8] = []
    guard Hexadecimal.decode(hex.utf8, into: &bytes), bytes.count == 32 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    self.words = words
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String {
    withUnsafeBytes(of: words) { Hexadecimal.text($0) }
  }
}

extension CacheKey: Hashable {
  package static func == (left: CacheKey, right: CacheKey) -> Bool { left.words == right.words }

  /// One word will do: the words are a cryptographic hash's, and the hasher mixes a secret into them.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.1)
  }
}

extension CacheKey: CustomStringConvertible {
  package var description: String { hex }
}
