import Eviction
import Hashing
import Locking
import Timing

extension Hash256 {
  /// Names a token that was verified by a set of keys: over both, and the issuer that published them. So it is verified
  /// anew once they change.
  init(_ token: [UInt8], _ keys: KeySet) {
    var digest = Digest.ofProcess()
    digest.update(keys.fingerprint)
    digest.update(counted: keys.issuer ?? "")
    token.withUnsafeBytes { digest.update($0) }
    self.init(digest)
  }
}

/// *Guarded by one lock per shard.* The tokens that were verified lately, each until its end. Where there are too many,
/// S3-FIFO says which is forgotten.
final class TokenMemory: Sendable {
  /// Over all shards.
  static let mostTokens = 10_000
  private static let shardCount = 8

  private struct Shard {
    struct Slot {
      let hash: Hash256
      let token: VerifiedToken?
    }

    var fifo = S3FIFO(capacity: mostTokens / shardCount)
    var places: [Hash256: Int] = [:]
    /// By the numbers of `fifo`. Free ones are empty.
    var slots: [Slot] = []

    mutating func forget(_ hash: Hash256) {
      guard let place = places.removeValue(forKey: hash) else { return }
      slots[place] = Slot(hash: hash, token: nil)
    }
  }

  /// *Guarded by its lock.*
  private final class Guarded: Sendable {
    let shard = Locked(Shard())
  }

  private let shards = (0..<shardCount).map { _ in Guarded() }

  var count: Int { shards.reduce(0) { sum, guarded in sum + guarded.shard.withLock { $0.fifo.count } } }

  /// Nil for one that has ended, which is forgotten, or is not there.
  func token(_ hash: Hash256, at now: WallTime) -> VerifiedToken? {
    guarded(hash).shard.withLock { shard in
      guard let place = shard.places[hash], let token = shard.slots[place].token else { return nil }
      guard token.holds(at: now) else {
        shard.fifo.remove(place)
        shard.forget(hash)
        return nil
      }
      shard.fifo.visit(place)
      return token
    }
  }

  func remember(_ token: VerifiedToken, as hash: Hash256) {
    guarded(hash).shard.withLock { shard in
      guard shard.places[hash] == nil else { return }
      while let place = shard.fifo.evict(for: 1) { shard.forget(shard.slots[place].hash) }
      let place = shard.fifo.insert(hash.words.0, size: 1)
      let slot = Shard.Slot(hash: hash, token: token)
      if place < shard.slots.count { shard.slots[place] = slot } else { shard.slots.append(slot) }
      shard.places[hash] = place
    }
  }

  private func guarded(_ hash: Hash256) -> Guarded {
    shards[Int(truncatingIfNeeded: hash.words.0) & (TokenMemory.shardCount - 1)]
  }
}
