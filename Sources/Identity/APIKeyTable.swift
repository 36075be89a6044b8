import Hashing
import Plans

/// The keys of a file by their hashes. *Immutable.* Where a hash is looked for tells nothing of a key: whoever tries keys
/// can't choose the beginnings of their hashes without knowing what they try.
struct APIKeyTable: Sendable {
  private let keys: [Hash256: KnownKey]

  init(_ entries: [APIKeyEntry], provider: String) {
    var keys: [Hash256: KnownKey] = [:]
    for entry in entries {
      let key = KnownKey(entry, provider: provider)
      for hash in entry.hashes.compactMap({ Hash256(hex: $0) }) { keys[hash] = key }
    }
    self.keys = keys
  }

  subscript(hash: Hash256) -> KnownKey? { keys[hash] }
}
