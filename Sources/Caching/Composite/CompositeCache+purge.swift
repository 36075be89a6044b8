import NIOCore
import Redis

extension CompositeCache {
  /// The reach of a purge.
  package enum PurgeResult: Hashable, Sendable {
    /// Every gateway hears of it, and no entry from before is served any more from Redis.
    case everywhere
    /// This process only, since there is no Redis, and that is all there is.
    case here
    /// This process has dropped it, but Redis could not be told: others may still serve it. To be asked for again.
    case notEverywhere
  }

  /// A purge may take longer than an answer, since it has to be done.
  private static let purgeBudget = TimeAmount.seconds(2)

  /// Drops entries in this process at once, then everywhere. From any thread.
  package func purge(_ purge: Purge) async -> PurgeResult {
    memory.purge(purge)
    guard redis != nil else {
      counters.add(.purges)
      return .here
    }
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
      onLoop(0) { level in
        guard let level else { return continuation.resume(returning: false) }
        level.purge(purge, within: CompositeCache.purgeBudget) { result in
          // Once more: until now, what is void was still good in Redis, and may have been read from there.
          self.memory.purge(purge)
          continuation.resume(returning: (try? result.get()) != nil)
        }
      }
    }
    return result ? .everywhere : .notEverywhere
  }
}
