import Plans
import Synchronization

/// *Immutable*; what it holds are counts with bounds, shared by the loops of a server.
struct ServerLoad: Sendable {
  /// Requests being worked on.
  let requests: InFlight
  /// Requests whose bodies are still coming.
  let bodies: InFlight
  let connections: InFlight
  let untaken: UntakenAnswers
  /// `nil`: a client has no bound of its own.
  let clients: ClientConnections?

  init(_ limits: ProcessPlan.Limits) {
    requests = InFlight(limit: limits.requestsInFlight)
    bodies = InFlight(limit: limits.bodiesInFlight)
    connections = InFlight(limit: limits.connections)
    untaken = UntakenAnswers(limit: limits.untakenBytes)
    clients = limits.connectionsPerClient.map { ClientConnections(limit: $0) }
  }
}

/// *Guarded by being one atomic number.* Counts something with an upper bound, over all loops.
final class InFlight: Sendable {
  private let count = Atomic<Int>(0)
  let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  var current: Int { count.load(ordering: .relaxed) }

  /// False: at the limit; nothing was counted.
  func enter() -> Bool {
    if count.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
    count.wrappingSubtract(1, ordering: .relaxed)
    return false
  }

  /// Counts over the limit, too.
  func enterAnyway() {
    count.wrappingAdd(1, ordering: .relaxed)
  }

  func leave() {
    count.wrappingSubtract(1, ordering: .relaxed)
  }
}
