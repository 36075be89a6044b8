import Messages

/// The SHA-256 of what must not be kept itself: keys, tokens, what limits count by. A value; comparing takes as long
/// whatever the other is.
package struct Hash256: Sendable {
  /// In the machine's order of bytes.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  package init(_ digest: consuming Digest) {
    words = digest.words()
  }

  /// Of a text alone, as `sha256sum` has it.
  package init(of text: String) {
    var digest = Digest()
    digest.update(text)
    self.init(digest)
  }

  /// - Parameter bytes: `nil` comes of any but 32.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    words = bytes.withUnsafeBytes { bytes in
      func word(_ index: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
      return (word(0), word(1), word(2), word(3))
    }
  }
}

extension Hash256 {
  /// - Parameter hex: in either case; `nil` comes of any but 64 digits.
  package init?(hex: String) {
    var bytes: [UInt8] = []
    guard Hexadecimal.decode(hex.utf8, into: &bytes) else { return nil }
    self.init(bytes)
  }

  /// 64 lower-case digits.
  package var hex: String { withUnsafeBytes(of: words) { Hexadecimal.text($0) } }
}

extension Hash256: Hashable {
  package static func == (left: Hash256, right: Hash256) -> Bool {
    let (left, right) = (left.words, right.words)
    return (left.0 ^ right.0) | (left.1 ^ right.1) | (left.2 ^ right.2) | (left.3 ^ right.3) == 0
  }

  /// One word will do: the words are a cryptographic hash's.
  package func hash(into hasher: inout Hasher) { hasher.combine(words.1) }
}

extension Digest {
  /// Random, and of this process: what is hashed behind it can't be found by hashing guesses elsewhere.
  private static let salt = (0..<4).map { _ in UInt64.random(in: .min ... .max) }

  /// A digest for hashes that never leave the process.
  package static func ofProcess() -> Digest {
    var digest = Digest()
    for word in salt { digest.update(word) }
    return digest
  }
}
