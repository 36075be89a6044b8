import Plans
import Resilience
import Timing

/// How a backend of the definitions that serve is, as far as is known here, for `/health` and the admin page. A value.
package struct BackendCondition: Sendable {
  package enum State: String, Sendable {
    case up
    /// Some of it fails.
    case degraded
    /// Nothing is sent there, or nothing comes of it.
    case down
    /// Nothing was sent there yet.
    case unknown
  }

  package struct Failure: Equatable, Sendable {
    /// Such as `timeout` or `status 503`; it may hold addresses, never what was sent or answered.
    package let words: String
    package let at: WallTime
  }

  package struct Address: Sendable {
    /// Origin and base path.
    package let name: String
    package let state: State
    /// `nil`: it has none.
    package let breaker: Breaker.Change.State?
    /// How long nobody is let through.
    package let openFor: Duration?
    /// What probes say; `nil` where there are none.
    package let isHealthy: Bool?
    /// An operator has it left out of balancing.
    package let isDrained: Bool
    /// Attempts on their way, over all loops.
    package let inFlight: Int
    package let lastFailure: Failure?
  }

  /// So many failures one after the other, where neither a breaker nor probes are there to say that it is down.
  static let failuresOfDown = 3

  package let name: String
  package let addresses: [Address]
  /// The bound on calls at once, and how many wait for a place; `nil`: there is no bound.
  package let places: (most: Int, waiting: Int)?

  package var state: State {
    let states = addresses.map(\.state)
    for state in [State.up, .unknown, .down] where states.allSatisfy({ $0 == state }) { return state }
    return states.contains(.down) || states.contains(.degraded) ? .degraded : .up
  }

  init(_ backend: Backend, _ plan: BackendPlan, at now: Instant) {
    name = backend.name
    places = backend.gate.flatMap { gate in plan.maxConcurrent.map { ($0, gate.waiting) } }
    addresses = backend.conditions(at: now)
  }

  /// - Parameter failures: in a row; `nil`: nothing was sent.
  static func state(_ breaker: Breaker.Change.State?, _ isHealthy: Bool?, failures: Int?) -> State {
    if breaker == .open || isHealthy == false { return .down }
    if breaker == .halfOpen { return .degraded }
    guard let failures else { return .unknown }
    if failures == 0 { return .up }
    return breaker == nil && isHealthy == nil && failures >= failuresOfDown ? .down : .degraded
  }
}

extension BackendCondition.Address {
  init(_ address: BackendAddress, isProbed: Bool, at now: Instant) {
    name = address.name
    breaker = address.breaker?.state(at: now)
    openFor = address.breaker?.refusal(at: now)
    isHealthy = isProbed ? address.isHealthy : nil
    isDrained = address.isDrained
    inFlight = address.load
    lastFailure = address.condition.lastFailure
    state = BackendCondition.state(breaker, isHealthy, failures: address.condition.failuresInARow)
  }
}

/// The answer to an operator who wants something of one address.
package enum DrainAnswer: Sendable {
  case done
  case noSuchBackend
  case noSuchAddress
  /// It is the last one that takes requests, and at least one has to.
  case lastOne
}

extension Backends {
  /// Any thread.
  package func conditions(at now: Instant) -> [BackendCondition] {
    zip(all, plans).map { BackendCondition($0, $1, at: now) }
  }

  /// Closes the breakers of all addresses of a backend. False: there is none of that name. Any thread.
  package func resetBreakers(of name: String) -> Bool {
    guard let backend = all.first(where: { $0.name == name }) else { return false }
    for address in backend.addresses { address.breaker?.reset() }
    return true
  }

  /// Leaves an address out of balancing, or no more; it holds as long as the backend is defined alike. Any thread.
  package func setDrained(_ isDrained: Bool, address: String, of name: String) -> DrainAnswer {
    guard let backend = all.first(where: { $0.name == name }) else { return .noSuchBackend }
    guard backend.addresses.contains(where: { $0.name == address }) else { return .noSuchAddress }
    return backend.setDrained(isDrained, address) ? .done : .lastOne
  }
}

extension Backend {
  /// Of its addresses, in their order.
  func conditions(at now: Instant) -> [BackendCondition.Address] {
    addresses.map { BackendCondition.Address($0, isProbed: health != nil, at: now) }
  }

  /// False: nothing would be left. Addresses of one name are drained together.
  func setDrained(_ isDrained: Bool, _ name: String) -> Bool {
    draining.withLock { _ in
      if isDrained, addresses.allSatisfy({ $0.isDrained || $0.name == name }) { return false }
      for address in addresses where address.name == name { address.isDrained = isDrained }
      return true
    }
  }
}
