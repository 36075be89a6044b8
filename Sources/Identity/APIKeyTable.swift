import Hashing
import Messages
import Plans

/// SHA-256 of a credential. A value.
struct KeyHash: Sendable {
  let first: UInt64
  private let rest: (UInt64, UInt64, UInt64)

  init(of text: String) {
    var digest = Digest()
    var text = text
    text.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
    let words = digest.words()
    first = words.0
    rest = (words.1, words.2, words.3)
  }

  /// `nil` where it is not 64 hex digits.
  init?(hex: String) {
    var bytes: [UInt8] = []
    guard hex.utf8.count == 64, Hexadecimal.decode(hex.utf8, into: &bytes), bytes.count == 32 else { return nil }
    let words = bytes.withUnsafeBytes { bytes in
      (0..<4).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
    first = words[0]
    rest = (words[1], words[2], words[3])
  }

  /// 64 lower-case digits.
  var hex: String {
    withUnsafeBytes(of: (first, rest.0, rest.1, rest.2)) { Hexadecimal.text($0) }
  }

  /// Takes as long whatever the other is.
  static func == (left: KeyHash, right: KeyHash) -> Bool {
    let difference =
      (left.first ^ right.first) | (left.rest.0 ^ right.rest.0) | (left.rest.1 ^ right.rest.1)
      | (left.rest.2 ^ right.rest.2)
    return difference == 0
  }
}

/// The keys of a file by their hashes. *Immutable.* Where a hash is looked for tells nothing of a key: whoever tries keys
/// can't choose the beginnings of their hashes without knowing what they try.
struct APIKeyTable: Sendable {
  private let keys: [UInt64: [(hash: KeyHash, key: KnownKey)]]

  init(_ entries: [APIKeyEntry], provider: String) {
    var keys: [UInt64: [(hash: KeyHash, key: KnownKey)]] = [:]
    for entry in entries {
      let key = KnownKey(entry, provider: provider)
      for hash in entry.hashes.compactMap({ KeyHash(hex: $0) }) { keys[hash.first, default: []].append((hash, key)) }
    }
    self.keys = keys
  }

  subscript(hash: KeyHash) -> KnownKey? {
    var found: KnownKey?
    for candidate in keys[hash.first] ?? [] where candidate.hash == hash { found = candidate.key }
    return found
  }
}
