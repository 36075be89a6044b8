import Plans

/// The providers of one set of definitions, by their names. *Immutable.*
package struct Providers: Sendable {
  private let byName: [String: any IdentityProvider]

  package init(_ plans: [ProviderPlan]) {
    byName = Dictionary(plans.map { ($0.name, Self.make($0)) }) { first, _ in first }
  }

  private static func make(_ plan: ProviderPlan) -> any IdentityProvider {
    switch plan.kind {
    case .apiKey(let keys): APIKeyProvider(plan, keys)
    case .certificate(let certificates): CertificateProvider(plan, certificates)
    }
  }

  /// Those of a route, in its order. Definitions that are served name none that is not there.
  package subscript(route: AuthPlan) -> [any IdentityProvider] { route.providers.compactMap { byName[$0] } }
}
