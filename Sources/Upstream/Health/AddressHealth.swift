import Plans

/// What probes say of one address. It begins healthy: a gateway that starts should serve, not wait for probes.
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
