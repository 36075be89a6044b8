import Locking
import Synchronization

/// The latest purges that this process has heard of, so that a fetch that began before one does not store what it may
/// have read before it. Guarded by a lock; where no purge came in between, only an atomic counter is read.
///
/// Bounded: what began longer ago than the log reaches back is void.
final class PurgeLog: Sendable {
  /// How many purges there had been.
  typealias Position = UInt64

  private struct State {
    var ring: [Purge] = []
    var count: Position = 0
    /// Whatever began before is void.
    var floor: Position = 0
  }

  static let capacity: Position = 4096

  private let counter = Atomic<Position>(0)
  private let state = Locked(State())

  /// The present position, to be taken before a fetch, or a reading from Redis, begins.
  var position: Position { counter.load(ordering: .acquiring) }

  func append(_ purge: Purge) {
    state.withLock { state in
      if state.ring.count < PurgeLog.capacity {
        state.ring.append(purge)
      } else {
        state.ring[Int(truncatingIfNeeded: state.count % PurgeLog.capacity)] = purge
        state.floor = max(state.floor, state.count + 1 - PurgeLog.capacity)
      }
      state.count += 1
      counter.store(state.count, ordering: .releasing)
    }
  }

  func voidEverything() {
    append(.all)
    state.withLock { $0.floor = $0.count }
  }

  /// Tells whether a purge since `position`, and before `end` where there is one, covers the entry.
  func voids(_ entry: CacheEntry, _ key: CacheKey, since position: Position, until end: Position? = nil) -> Bool {
    if position >= end ?? self.position { return false }
    return state.withLock { state in
      if position < state.floor { return true }
      for index in position..<min(state.count, end ?? state.count)
      where state.ring[Int(truncatingIfNeeded: index % PurgeLog.capacity)].covers(entry, key) {
        return true
      }
      return false
    }
  }
}

/// A description of what to drop.
package enum Purge: Hashable, Sendable {
  case all
  case route(CacheTag)
  case tag(CacheTag)
  case key(CacheKey)

  /// Tells whether it covers an entry.
  func covers(_ entry: CacheEntry, _ key: CacheKey) -> Bool {
    switch self {
    case .all: true
    case .route(let route): entry.route == route
    case .tag(let tag): entry.tags.contains(tag)
    case .key(let purged): purged == key
    }
  }
}
