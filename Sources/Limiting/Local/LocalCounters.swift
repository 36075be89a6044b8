import Eviction
import Locking
import Timing

/// *Guarded by one lock per shard.* The counters of this process. All that one request counts in are looked at and
/// changed under the locks of their shards together, so that it counts in all or in none.
package final class LocalCounters: Sendable {
  /// The bound of counters where a definition has no other, `limits.counters`: some 25 MB.
  package static let defaultCapacity = 100_000
  private static let smallestShard = 1024
  private static let mostShards = 32

  /// *Guarded by its lock.*
  private final class Shard: Sendable {
    let lock = Locked<Void>(())
    nonisolated(unsafe) var table: BoundedTable<CounterKey, CounterState>  // guarded by `lock`

    init(capacity: Int) {
      table = BoundedTable(capacity: capacity)
    }
  }

  private let shards: [Shard]
  private let mask: Int

  /// - Parameter capacity: the number of counters, split over the shards.
  package init(capacity: Int = defaultCapacity) {
    var count = 1
    while count < LocalCounters.mostShards, capacity / (count * 2) >= LocalCounters.smallestShard { count *= 2 }
    shards = (0..<count).map { _ in Shard(capacity: max(1, capacity / count)) }
    mask = count - 1
  }

  /// The counters that are kept, at about one instant.
  package var kept: Int {
    shards.reduce(0) { sum, shard in sum + shard.lock.withLock { _ in shard.table.count } }
  }

  /// Counts, where all have room.
  /// - Parameter isTrial: says what it would say, and counts nothing.
  func count(_ counters: [LimitRequest.Counter], isTrial: Bool = false, at now: WallTime) -> [LimitStanding] {
    var states: [CounterState] = []
    states.reserveCapacity(counters.count)
    var isCounted = false
    withLocks(of: counters) {
      for counter in counters {
        let past = shard(of: counter.key).table.value(of: counter.key)
        states.append(counter.limit.rule.state(after: past, at: now))
      }
      guard !isTrial, zip(counters, states).allSatisfy({ $0.limit.rule.admits($0.amount, in: $1) }) else { return }
      isCounted = true
      for (index, counter) in counters.enumerated() where counter.amount > 0 {
        states[index].used += counter.amount
        shard(of: counter.key).table.set(states[index], of: counter.key, fingerprint: counter.key.words.0)
      }
    }
    return counters.standings(states, areCounted: isCounted, at: now)
  }

  private func shard(of key: CounterKey) -> Shard { shards[shardIndex(of: key)] }

  private func shardIndex(of key: CounterKey) -> Int { Int(truncatingIfNeeded: key.words.0) & mask }

  /// Holds the locks of all their shards. They are taken in one order, so that no two wait for each other.
  private func withLocks(of counters: [LimitRequest.Counter], _ body: () -> Void) {
    if counters.count == 1 { return shard(of: counters[0].key).lock.withLock { _ in body() } }
    let indices = Set(counters.map { shardIndex(of: $0.key) }).sorted()
    withLocks(indices[...], body)
  }

  private func withLocks(_ indices: ArraySlice<Int>, _ body: () -> Void) {
    guard let first = indices.first else { return body() }
    shards[first].lock.withLock { _ in withLocks(indices.dropFirst(), body) }
  }
}
