/// Everything a folder of definitions says, checked and compiled. Immutable; the gateway is assembled from it.
package struct GatewayPlan: Sendable {
  package var process: ProcessPlan
  /// Calls and proxies refer to a backend by its index here.
  package var backends: [BackendPlan]
  /// The routes in the order of files and of the keys within them; routing does not depend on it.
  package var routes: [RoutePlan]
  /// The contents of secrets' files that were read, by their paths.
  package var files = Secret<[String: String]>([:])

  package init(process: ProcessPlan, backends: [BackendPlan], routes: [RoutePlan]) {
    self.process = process
    self.backends = backends
    self.routes = routes
  }

  /// Some route or call has `cache`.
  package var keepsAnything: Bool {
    routes.contains { route in
      guard case .composite(let composite) = route.work else { return false }
      return composite.cache != nil || composite.calls.contains { $0.cache != nil }
    }
  }
}
