import Plans

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
