import Locking
import Messages
import Plans
import Resilience
import Transfers

/// *Immutable.* A backend in the form that calls need, shared by all loops. What changes is in its addresses (atomics,
/// and their breakers' mutexes), its gate (a mutex) and what each loop has of it; a backend without options has no lock
/// on its path.
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
  /// Statuses that breakers count as failures.
  let failing: StatusSet
  /// `Accept: application/json`, which a call's own `Accept` replaces.
  let headers: PreparedHeaders
  let maxResponse: Int
  /// What each request's token is had from; `nil`: it has none.
  let tokens: AccessTokenSource?
  let figures: BackendFigures
  /// Thread-safe.
  let report: @Sendable (UpstreamEvent) -> Void
  private let plannedAddresses: [BackendPlan.Address]
  /// Held while addresses are drained, so that one is left.
  let draining = Locked(())
  /// The loops' own parts, by loop.
  private let locals = Locked<[ObjectIdentifier: LocalBackend]>([:])

  /// - Parameters:
  ///   - tokens: of the plan's `oauth2`, where it has one.
  ///   - figures: of all that had its name.
  init(
    _ plan: BackendPlan, tokens: AccessTokenSource? = nil, figures: BackendFigures = BackendFigures(loops: 1),
    report: @escaping @Sendable (UpstreamEvent) -> Void = { _ in }
  ) {
    precondition(!plan.addresses.isEmpty, "a backend needs an address")
    precondition(tokens?.plan == plan.oauth2, "a backend's token is that of its plan")
    self.tokens = tokens
    self.figures = figures
    name = plan.name
    plannedAddresses = plan.addresses
    self.report = report
    addresses = plan.addresses.map { address in
      let breaker = plan.breaker.map {
        AddressBreaker($0) { report(.breaker($0, backend: plan.name, address: address.origin + address.basePath)) }
      }
      return BackendAddress(address, settings: OriginSettings(plan, address), breaker: breaker)
    }
    balance = Balancer.Method(plan.balance)
    attemptTimeout = plan.timeout
    retry = plan.retry.map { RetryPolicy($0) }
    isIdempotent = plan.idempotent
    health = plan.health
    gate = plan.maxConcurrent.map { [addresses] in SharedGate(slots: $0, addresses: addresses) }
    failing = plan.breaker?.countStatus ?? StatusSet()
    headers = PreparedHeaders([HeaderField("Accept", "application/json")]) ?? .none
    maxResponse = plan.maxResponse
  }

  /// The loop's own part, which all clients of the loop share. Each loop begins to take turns at another address.
  func local(of loop: TransferLoop) -> LocalBackend {
    locals.withLock { locals in
      if let local = locals[ObjectIdentifier(loop)] { return local }
      let local = LocalBackend(self, ordinal: locals.count)
      locals[ObjectIdentifier(loop)] = local
      return local
    }
  }

  func balancer(skipping turns: Int) -> Balancer {
    Balancer(balance, addresses: plannedAddresses, skipping: turns)
  }

  /// Tells whether a request may be sent twice.
  func isRepeatable(_ method: String, allowed: Bool) -> Bool {
    allowed || isIdempotent || SafeMethod.contains(method)
  }
}

/// An event of a backend that an operator should hear of. For the log: it names addresses.
package enum UpstreamEvent: Equatable, Sendable {
  /// `address`: origin and base path.
  case breaker(Breaker.Change, backend: String, address: String)
  /// The attempts since it was last told, in one loop, that the retry budget did not pay for.
  case retriesRefused(Int, backend: String)
  case health(HealthProber.Change)
}
