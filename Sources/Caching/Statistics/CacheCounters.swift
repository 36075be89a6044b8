import Synchronization

/// Counts of what has happened since the start. Guarded by being atomic; each is exact, together they are of about
/// one instant.
package final class CacheCounters: Sendable {
  package enum Name: Int, CaseIterable, Sendable {
    /// Answers from Redis, and look-ups there that found nothing good.
    case redisHits, redisMisses
    /// Values that were cut off, changed, of another version or another program's; counted as misses too.
    case redisForeign
    /// Values that a purge had made void.
    case redisVoid
    case redisTimeouts, redisErrors, redisBreakerOpened, redisConnectFailures, redisLosses
    /// The number, not a count, of links that are down now: not connected, or left alone because Redis is too slow.
    case redisLinksDown
    /// Values that Redis took, and values that it should have but does not.
    case stores, storeFailures
    /// Requests that waited for another's fetch in this process, or in another.
    case collapsed, collapsedOverFleet
    /// Waits that took too long and went to fetch by themselves.
    case waitsGivenUp
    case refreshes
    /// Background refreshes that were not begun because too many were under way.
    case refreshesRefused
    /// The same because the one before had brought nothing, a moment ago.
    case refreshesPaused
    case staleIfError
    /// Purges heard of, whoever asked for them.
    case purges
    /// How often the subscription to other gateways' purges was lost, and the memory level dropped.
    case subscriptionLosses
  }

  // One per name; allocated, since an array can not hold atomics. Immutable but for the atomics themselves.
  private nonisolated(unsafe) let values: UnsafeMutablePointer<Atomic<UInt64>>

  init() {
    values = .allocate(capacity: Name.allCases.count)
    for index in Name.allCases.indices { (values + index).initialize(to: Atomic(0)) }
  }

  deinit {
    values.deinitialize(count: Name.allCases.count)
    values.deallocate()
  }

  func add(_ name: Name) {
    values[name.rawValue].add(1, ordering: .relaxed)
  }

  func subtract(_ name: Name) {
    values[name.rawValue].subtract(1, ordering: .relaxed)
  }

  package subscript(name: Name) -> UInt64 {
    values[name.rawValue].load(ordering: .relaxed)
  }
}
