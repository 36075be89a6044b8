import Eviction
import Hashing
import Locking
import Timing

/// What somebody else says of credentials, asked once for all who show the same and kept for a time. *Guarded by one lock
/// per shard.* What can't be told is not kept: the next to come asks again.
package final class VerdictMemory: Sendable {
  /// Verdicts that are kept, over all shards. Where there are too many, S3-FIFO says which is forgotten.
  package static let mostVerdicts = 10_000
  /// What they take, over all shards; likewise.
  package static let mostBytes = 16 << 20
  /// Questions under way, over all shards.
  package static let mostAsks = 1024
  /// Requests that may wait for answers, over all shards; to more nothing can be said.
  package static let mostWaiting = 8192
  static let shardCount = 8

  /// Takes what was told, once, and for how long it holds; zero: for those alone who wait for it.
  package typealias Completion = @Sendable (Verdict, Duration) -> Void

  /// *Guarded by its lock.*
  private final class Guarded: Sendable {
    let table = Locked(
      VerdictTable(
        verdicts: mostVerdicts / shardCount, bytes: mostBytes / shardCount, asks: mostAsks / shardCount,
        waiting: mostWaiting / shardCount))
  }

  private let shards = (0..<shardCount).map { _ in Guarded() }
  private let now: @Sendable () -> Instant

  package init(clock now: @escaping @Sendable () -> Instant = { .now() }) {
    self.now = now
  }

  /// The verdicts that are kept, at about one instant.
  package var count: Int { shards.reduce(0) { sum, guarded in sum + guarded.table.withLock { $0.count } } }

  /// Returns what is kept, or why nothing can be asked; `nil`: `later` is called once, on the thread of the completion. Any
  /// thread.
  /// - Parameters:
  ///   - hash: of all that the answer depends on, behind `Digest.ofProcess`.
  ///   - ask: called here where nobody asks that yet; it must not complete before it returns. Clients that leave don't end
  ///     it, since others may wait for it: it has a deadline of its own.
  package func verdict(
    of hash: Hash256, later: @escaping @Sendable (Verdict) -> Void, ask: (@escaping Completion) -> Void
  ) -> Verdict? {
    let now = now()
    switch guarded(hash).table.withLock({ $0.find(hash, at: now, later) }) {
    case .known(let verdict): return verdict
    case .full: return .unknown("too many credentials are being asked about")
    case .wait: return nil
    case .ask:
      ask { [self] verdict, lifetime in take(verdict, for: lifetime, of: hash) }
      return nil
    }
  }

  private func take(_ verdict: Verdict, for lifetime: Duration, of hash: Hash256) {
    let now = now()
    let end = now.advanced(by: lifetime)
    let waiting = guarded(hash).table.withLock { $0.take(verdict, of: hash, until: end, at: now) }
    for later in waiting { later(verdict) }
  }

  private func guarded(_ hash: Hash256) -> Guarded {
    shards[Int(truncatingIfNeeded: hash.words.0) & (VerdictMemory.shardCount - 1)]
  }
}

/// A shard: verdicts, and who waits for those that are asked for. A value.
struct VerdictTable {
  typealias Waiter = @Sendable (Verdict) -> Void

  enum Step {
    case known(Verdict)
    /// It is asked for by whoever gets this, and told to all who wait by then.
    case ask
    /// Somebody asks already.
    case wait
    /// Neither more questions nor more who wait for them.
    case full
  }

  private struct Kept {
    let verdict: Verdict
    let end: Instant
  }

  /// What a verdict beside its bytes takes.
  static let overhead = 512

  /// Of what is smaller, there would be too many.
  private let leastSize: Int
  private let mostAsks: Int
  private let mostWaiting: Int
  private var kept: BoundedTable<Hash256, Kept>
  private var asks: [Hash256: [Waiter]] = [:]
  /// Over all of `asks`.
  private(set) var waiting = 0

  /// - Parameters:
  ///   - verdicts: at most so many are kept.
  ///   - bytes: at most so many do they take.
  ///   - asks: at most so many are under way.
  ///   - waiting: at most so many wait for these, those who ask among them.
  init(verdicts: Int, bytes: Int, asks: Int, waiting: Int) {
    kept = BoundedTable(capacity: bytes)
    leastSize = bytes / verdicts
    mostAsks = asks
    mostWaiting = waiting
  }

  var count: Int { kept.count }
  var bytes: Int { kept.size }

  /// - Parameter waiter: kept where the step is `ask` or `wait`.
  mutating func find(_ hash: Hash256, at now: Instant, _ waiter: @escaping Waiter) -> Step {
    if let found = kept.value(of: hash) {
      if now < found.end { return .known(found.verdict) }
      kept.remove(hash)
    }
    let isAsked = asks[hash] != nil
    guard waiting < mostWaiting, isAsked || asks.count < mostAsks else { return .full }
    asks[hash, default: []].append(waiter)
    waiting += 1
    return isAsked ? .wait : .ask
  }

  /// Keeps a verdict, if it is one and it holds for a time.
  /// - Returns: who has waited for it.
  mutating func take(_ verdict: Verdict, of hash: Hash256, until end: Instant, at now: Instant) -> [Waiter] {
    if verdict.isKnown, now < end {
      // It is asked for again only where nothing is kept any more.
      let size = max(leastSize, Self.overhead + verdict.size)
      kept.set(Kept(verdict: verdict, end: end), of: hash, fingerprint: hash.words.0, size: size)
    }
    let waiters = asks.removeValue(forKey: hash) ?? []
    waiting -= waiters.count
    return waiters
  }
}

extension Verdict {
  fileprivate var isKnown: Bool {
    switch self {
    case .verified, .invalid, .refused: true
    case .unknown, .unavailable: false
    }
  }
}
