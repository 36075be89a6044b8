import Plans
import Reactor
import Timing
import Transfers

/// The probes of one address, one after the other. A probe is a GET of the health path below the address's base path,
/// like every request to it; it is good if its status is 2xx or 3xx. Probes pass by the breaker and take no slot. They have the
/// backend's token; where that can't be had, they say nothing of the address.
struct AddressProbe: Sendable {
  let backend: Backend
  let address: BackendAddress
  let health: BackendPlan.Health
  let patience: Duration
  let loop: TransferLoop

  /// Probes until its task is cancelled.
  func run(_ onChange: (HealthProber.Change) -> Void) async {
    var state = AddressHealth(health)
    var start = Instant.now()
    while true {
      let isGood = await probe(at: start)
      if Task.isCancelled { return }
      if let isGood, state.record(isGood: isGood) {
        address.isHealthy = state.isHealthy
        onChange(.init(backend: backend.name, address: address.name, isHealthy: state.isHealthy))
      }
      start = max(start.advanced(by: health.every), .now())
      do { try await loop.reactor.sleep(until: start) } catch { return }
    }
  }

  /// `nil`: nothing can be said.
  private func probe(at start: Instant) async -> Bool? {
    var request = TransferRequest(origin: address.origin, target: address.target(health.path))
    request.deadline = start.advanced(by: patience)
    request.maxResponseBytes = backend.maxResponse
    var token: IssuedToken?
    if let tokens = backend.tokens {
      token = await tokens.token(until: request.deadline, on: loop.reactor)
      guard let token else { return nil }
      token.add(to: &request.headers)
    }
    let response: TransferResponse
    switch await loop.perform(request) {
    case .success(let answered): response = answered
    case .failure(let failure):
      address.condition.note(failure)
      return false
    }
    if response.status == 401, let token, backend.tokens?.refuse(token) == true { return nil }
    let isGood = (200..<400).contains(response.status)
    address.condition.note(response.status, isGood: isGood)
    return isGood
  }
}

/// The health of one address, as probes tell it. It begins healthy: a gateway that starts should serve, not wait for
/// probes.
struct AddressHealth: Sendable {
  private(set) var isHealthy = true
  /// Probes in a row that contradict `isHealthy`.
  private var contradictions = 0
  private let unhealthyAfter: Int
  private let healthyAfter: Int

  init(_ plan: BackendPlan.Health) {
    unhealthyAfter = max(1, plan.unhealthyAfter)
    healthyAfter = max(1, plan.healthyAfter)
  }

  /// `true` where this changed the address's condition.
  mutating func record(isGood: Bool) -> Bool {
    guard isGood != isHealthy else {
      contradictions = 0
      return false
    }
    contradictions += 1
    guard contradictions >= (isHealthy ? unhealthyAfter : healthyAfter) else { return false }
    isHealthy.toggle()
    contradictions = 0
    return true
  }
}
