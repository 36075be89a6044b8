import Locking
import Timing

/// The memory level: entries of this process, bounded in bytes. Guarded by one lock per shard; a hit takes one of
/// them for the time of a look-up, and copies nothing.
package final class MemoryStore: Sendable {
  /// Sums over all shards at about one instant.
  package struct Statistics: Hashable, Sendable {
    package var entries = 0
    /// About what they take, overhead included.
    package var bytes = 0
    package var hits: UInt64 = 0
    package var misses: UInt64 = 0
    package var insertions: UInt64 = 0
    package var evictions: UInt64 = 0
    /// Removed because they were good for nothing any more.
    package var expirations: UInt64 = 0
    package var purges: UInt64 = 0
    /// Entries that were not taken: larger than half a shard, or void by a purge since their fetch began.
    package var refusals: UInt64 = 0

    package init() {}
  }

  private static let smallestShard = 4 * 1024 * 1024
  private static let mostShards = 32

  private let shards: [MemoryShard]
  private let mask: Int
  private let log: PurgeLog

  /// - Parameter capacity: in bytes. Split into shards of at least 4 MiB; an entry takes up to half a shard.
  package convenience init(capacity: Int) {
    self.init(capacity: capacity, log: PurgeLog())
  }

  init(capacity: Int, log: PurgeLog) {
    var count = 1
    while count < MemoryStore.mostShards, capacity / (count * 2) >= MemoryStore.smallestShard { count *= 2 }
    shards = (0..<count).map { _ in MemoryShard(capacity: max(capacity, 0) / count) }
    mask = count - 1
    self.log = log
  }

  /// The entry, if it is good for anything at `now`; counts as a visit.
  package func find(_ key: CacheKey, at now: WallTime) -> CacheEntry? {
    shard(of: key).table.withLock { $0.find(key, at: now) }
  }

  /// Keeps `entry`, unless a newer one is there, it is too large, or a purge since `position` voids it.
  /// - Parameter position: of the purge log when its fetch, or its reading from Redis, began.
  @discardableResult
  func insert(_ entry: CacheEntry, for key: CacheKey, since position: PurgeLog.Position) -> Bool {
    // The log is asked under the shard's lock, and a purge is logged before it takes that lock: so a purge either is
    // seen here, or finds the entry.
    shard(of: key).table.withLock { table in
      guard !log.voids(entry, key, since: position) else {
        table.statistics.refusals += 1
        return false
      }
      return table.insert(entry, for: key)
    }
  }

  /// Counts anew what an entry takes that has grown.
  package func recount(_ entry: CacheEntry, for key: CacheKey) {
    shard(of: key).table.withLock { $0.recount(entry, for: key) }
  }

  /// Removes what `purge` names, and sees that nothing that is being fetched now comes in under it.
  /// - Returns: how many entries went.
  @discardableResult
  func purge(_ purge: Purge) -> Int {
    log.append(purge)
    if case .key(let key) = purge { return shard(of: key).table.withLock { $0.remove(purge) } }
    return shards.reduce(0) { sum, shard in sum + shard.table.withLock { $0.remove(purge) } }
  }

  /// Removes everything, and lets nothing in whose fetch began before: for when purges may have been missed.
  func drop() {
    log.voidEverything()
    for shard in shards { shard.table.withLock { $0.removeAll() } }
  }

  /// Removes an entry that began before `stamp`, because another gateway has stored a newer one.
  func removeOlder(than stamp: Stamp, _ key: CacheKey) {
    shard(of: key).table.withLock { $0.removeOlder(than: stamp, key) }
  }

  package var statistics: Statistics {
    shards.reduce(into: Statistics()) { sum, shard in
      let part = shard.table.withLock { $0.currentStatistics }
      sum.entries += part.entries
      sum.bytes += part.bytes
      sum.hits += part.hits
      sum.misses += part.misses
      sum.insertions += part.insertions
      sum.evictions += part.evictions
      sum.expirations += part.expirations
      sum.purges += part.purges
      sum.refusals += part.refusals
    }
  }

  private func shard(of key: CacheKey) -> MemoryShard {
    shards[Int(truncatingIfNeeded: key.words.0) & mask]
  }
}

/// Guarded by its lock. A class, since an array can't hold a `Locked`.
final class MemoryShard: Sendable {
  let table: Locked<EntryTable>

  init(capacity: Int) {
    table = Locked(EntryTable(capacity: capacity))
  }
}
