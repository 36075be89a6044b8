import Locking

/// *Guarded by its lock.* What became of requests with keys since the start of the process.
package final class IdempotencyFigures: Sendable {
  package enum Name: String, CaseIterable, Sendable {
    /// Requests that got the answer of an earlier one.
    case replayed
    /// Requests whose key was another request's.
    case conflicts
    /// Requests that came while the one before them ran, and could not wait for its end.
    case turnedAway
    /// Requests about which Redis could not be asked.
    case withoutRedis
    /// Answers that could not be kept in Redis.
    case unkept
  }

  private let counts = Locked<[Name: Int]>([:])

  package init() {}

  package func add(_ name: Name) { counts.withLock { $0[name, default: 0] += 1 } }

  package subscript(name: Name) -> Int { counts.withLock { $0[name] ?? 0 } }
}
