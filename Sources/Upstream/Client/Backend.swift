import Messages
import Plans
import Transfers

/// *Immutable.* A backend in the form that calls need, shared by all loops. What changes is in its addresses (atomics)
/// and its gate (a mutex); a backend without options has neither on its path.
final class Backend: Sendable {
  let name: String
  let addresses: [BackendAddress]
  let balance: Balancer.Method
  let attemptTimeout: Duration?
  let retry: RetryPolicy?
  let isIdempotent: Bool
  let health: BackendPlan.Health?
  /// `nil`: everybody may pass.
  let gate: SharedGate?
  /// Whether requests in flight are counted per address.
  let countsLoad: Bool
  /// `Accept: application/json`, which a call's own `Accept` replaces.
  let headers: PreparedHeaders
  let maxResponse: Int
  private let plannedAddresses: [BackendPlan.Address]

  init(_ plan: BackendPlan) {
    precondition(!plan.addresses.isEmpty, "a backend needs an address")
    name = plan.name
    plannedAddresses = plan.addresses
    addresses = plan.addresses.map { address in
      BackendAddress(address, settings: OriginSettings(plan, address))
    }
    balance = Balancer.Method(plan.balance)
    attemptTimeout = plan.timeout
    retry = plan.retry.map { RetryPolicy($0) }
    isIdempotent = plan.idempotent
    health = plan.health
    gate = SharedGate(plan)
    countsLoad = plan.addresses.count > 1 && balance.needsLoad
    headers = PreparedHeaders([HeaderField("Accept", "application/json")]) ?? .none
    maxResponse = plan.maxResponse
  }

  func balancer(skipping turns: Int) -> Balancer {
    Balancer(balance, addresses: plannedAddresses, skipping: turns)
  }

  /// Whether a request may be sent twice.
  func isRepeatable(_ method: String, allowed: Bool) -> Bool {
    allowed || isIdempotent || SafeMethod.contains(method)
  }
}
