import Synchronization

/// *Guarded by* being atomic. What limits have done since the start of the process.
package final class LimitFigures: Sendable {
  package enum Name: Int, CaseIterable, Sendable {
    /// Requests for which there was no room.
    case refused
    /// Requests that were not counted by a limit that had nothing to count by.
    case uncounted
    /// Requests about which not Redis decided, as it could not be asked.
    case withoutRedis
  }

  private let refused = Atomic(0)
  private let uncounted = Atomic(0)
  private let withoutRedis = Atomic(0)

  package init() {}

  package func add(_ name: Name) {
    switch name {
    case .refused: refused.wrappingAdd(1, ordering: .relaxed)
    case .uncounted: uncounted.wrappingAdd(1, ordering: .relaxed)
    case .withoutRedis: withoutRedis.wrappingAdd(1, ordering: .relaxed)
    }
  }

  package subscript(name: Name) -> Int {
    switch name {
    case .refused: refused.load(ordering: .relaxed)
    case .uncounted: uncounted.load(ordering: .relaxed)
    case .withoutRedis: withoutRedis.load(ordering: .relaxed)
    }
  }

  /// Counts what became of a request.
  package func note(_ decision: LimitDecision) {
    if decision.redisFailure != nil { add(.withoutRedis) }
    if decision.outcome != .allowed { add(.refused) }
  }
}
