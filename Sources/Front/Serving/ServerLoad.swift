import Plans
import Synchronization

/// *Immutable*; what it holds are counts with bounds, shared by the loops of a server.
package struct ServerLoad: Sendable {
  /// Requests being worked on.
  package let requests: InFlight
  /// Requests whose bodies are still coming.
  package let bodies: InFlight
  package let connections: InFlight
  /// Those of the connections that a loop has taken, by what they speak.
  package let protocols = ProtocolCounts()
  package let untaken: UntakenAnswers
  /// `nil`: a client has no bound of its own.
  package let clients: ClientConnections?

  package init(_ limits: ProcessPlan.Limits) {
    requests = InFlight(limit: limits.requestsInFlight)
    bodies = InFlight(limit: limits.bodiesInFlight)
    connections = InFlight(limit: limits.connections)
    untaken = UntakenAnswers(limit: limits.untakenBytes)
    clients = limits.connectionsPerClient.map { ClientConnections(limit: $0) }
  }

  /// For what comes from now on. Whether a client has a bound of its own, and which, stays as it is.
  package func bound(by limits: ProcessPlan.Limits) {
    requests.limit = limits.requestsInFlight
    bodies.limit = limits.bodiesInFlight
    connections.limit = limits.connections
    untaken.bound(by: limits.untakenBytes)
  }
}

/// What a connection speaks.
package enum WireProtocol: Sendable, CaseIterable {
  /// Not known yet: its beginning, such as a handshake, is under way.
  case opening
  case http1, http2
}

/// *Guarded by being atomic numbers.* The open connections of each protocol, over all loops.
package final class ProtocolCounts: Sendable {
  private let opening = Atomic<Int>(0)
  private let http1 = Atomic<Int>(0)
  private let http2 = Atomic<Int>(0)

  package subscript(wire: WireProtocol) -> Int {
    switch wire {
    case .opening: opening.load(ordering: .relaxed)
    case .http1: http1.load(ordering: .relaxed)
    case .http2: http2.load(ordering: .relaxed)
    }
  }

  /// - Parameter change: 1 or -1.
  func add(_ change: Int, _ wire: WireProtocol) {
    switch wire {
    case .opening: opening.wrappingAdd(change, ordering: .relaxed)
    case .http1: http1.wrappingAdd(change, ordering: .relaxed)
    case .http2: http2.wrappingAdd(change, ordering: .relaxed)
    }
  }
}

/// *Guarded by being atomic numbers.* Counts something with an upper bound, over all loops.
package final class InFlight: Sendable {
  private let count = Atomic<Int>(0)
  private let bound: Atomic<Int>

  package init(limit: Int) {
    bound = Atomic(limit)
  }

  /// Of those that enter from now on.
  package var limit: Int {
    get { bound.load(ordering: .relaxed) }
    set { bound.store(newValue, ordering: .relaxed) }
  }

  package var current: Int { count.load(ordering: .relaxed) }

  /// False: at the limit; nothing was counted.
  package func enter() -> Bool {
    if count.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
    count.wrappingSubtract(1, ordering: .relaxed)
    return false
  }

  /// Counts over the limit, too.
  package func enterAnyway() {
    count.wrappingAdd(1, ordering: .relaxed)
  }

  package func leave() {
    count.wrappingSubtract(1, ordering: .relaxed)
  }
}
