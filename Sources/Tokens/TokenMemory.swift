import Eviction
import Hashing
import Locking
import Plans
import Timing

extension Hash256 {
  /// Names a token that was verified by a set of keys and by rules: over all three, and the issuer that published the keys.
  /// So it is verified anew once one of them changes, and one provider's is never taken for another's.
  init(_ token: [UInt8], _ keys: KeySet, _ rules: RulesFingerprint) {
    var digest = Digest.ofProcess()
    digest.update(keys.fingerprint)
    digest.update(counted: keys.issuer ?? "")
    digest.update(rules.words.0)
    digest.update(rules.words.1)
    token.withUnsafeBytes { digest.update($0) }
    self.init(digest)
  }
}

/// A hash of all that a provider asks of tokens, its name included: that its claims are its own. A value.
struct RulesFingerprint: Sendable {
  let words: (UInt64, UInt64)

  init(_ rules: TokenRules, provider: String) {
    var digest = Digest()
    let lists = [rules.issuers, rules.audiences, rules.algorithms.map(\.rawValue).sorted()]
    for texts in [[provider]] + lists {
      digest.update(texts.count)
      for text in texts { digest.update(counted: text) }
    }
    digest.update(Int64(clamping: rules.leeway.attoseconds / 1_000_000_000_000))
    digest.update((rules.requiresExpiry ? 1 : 0) as UInt8)
    let words = digest.words()
    self.words = (words.0, words.1)
  }
}

/// *Guarded by one lock per shard.* The tokens that were verified lately, each until its end. Where there are too many,
/// S3-FIFO says which is forgotten.
final class TokenMemory: Sendable {
  /// Over all shards.
  static let mostTokens = 10_000
  private static let shardCount = 8

  /// *Guarded by its lock.*
  private final class Guarded: Sendable {
    let table = Locked(BoundedTable<Hash256, VerifiedToken>(capacity: mostTokens / shardCount))
  }

  private let shards = (0..<shardCount).map { _ in Guarded() }

  var count: Int { shards.reduce(0) { sum, guarded in sum + guarded.table.withLock { $0.count } } }

  /// Nil for one that has ended, which is forgotten, or is not there.
  func token(_ hash: Hash256, at now: WallTime) -> VerifiedToken? {
    guarded(hash).table.withLock { table in
      guard let token = table.value(of: hash) else { return nil }
      if token.holds(at: now) { return token }
      table.remove(hash)
      return nil
    }
  }

  func remember(_ token: VerifiedToken, as hash: Hash256) {
    guarded(hash).table.withLock { $0.set(token, of: hash, fingerprint: hash.words.0) }
  }

  private func guarded(_ hash: Hash256) -> Guarded {
    shards[Int(truncatingIfNeeded: hash.words.0) & (TokenMemory.shardCount - 1)]
  }
}
