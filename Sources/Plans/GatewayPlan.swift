import JSONText

/// Everything a folder of definitions says, checked and compiled. Immutable; the gateway is assembled from it.
package struct GatewayPlan: Sendable {
  package var process: ProcessPlan
  /// Calls and proxies refer to a backend by its index here.
  package var backends: [BackendPlan]
  /// The routes in the order of files and of the keys within them; routing does not depend on it.
  package var routes: [RoutePlan]
  /// For answers to requests without a route.
  package var answers = AnswerPolicies()
  /// Who tells who clients are; routes refer to them by name.
  package var providers: [ProviderPlan] = []
  /// How much clients may have; routes whose `limit` says so have them, too.
  package var plans: [ClientPlan] = []
  /// What backends say of themselves, by their names: OpenAPI documents of version 3.
  package var backendDocuments: [String: JSONValue] = [:]
  /// What was read of secrets' files and of files of rules, by their paths.
  package var files = Secret<[String: String]>([:])
  /// Of the texts of all files that it was made of, those of `files` included: 16 hexadecimal digits, the same wherever the
  /// same is served.
  package var fingerprint = ""

  package init(process: ProcessPlan, backends: [BackendPlan], routes: [RoutePlan]) {
    self.process = process
    self.backends = backends
    self.routes = routes
  }

  /// The files that it was made of, in the order of their names.
  package var sources: [DefinitionText] = []

  /// Some route counts where all gateways of a fleet do, or knows its keys there.
  package var sharesState: Bool {
    process.stateRedis != nil
      && (routes.contains { $0.policies.limits?.isShared == true || $0.policies.idempotency != nil }
        || providers.contains(where: \.asksRedis))
  }

  /// Some route has `idempotency`.
  package var knowsKeys: Bool { routes.contains { $0.policies.idempotency != nil } }

  /// Some route has `limit`.
  package var limitsAnything: Bool { routes.contains { $0.policies.limits != nil } }

  /// Some route or call has `cache`.
  package var keepsAnything: Bool {
    routes.contains { route in
      guard case .composite(let composite) = route.work else { return false }
      return composite.cache != nil || composite.calls.contains { $0.cache != nil }
    }
  }
}
