import Plans

/// The providers of one set of definitions, by their names. *Immutable.*
package struct Providers: Sendable {
  private let byName: [String: any IdentityProvider]

  /// - Parameter published: the keys of a plan, by its backend.
  package init(_ plans: [ProviderPlan], published: (PublishedKeysPlan) -> PublishedKeys) {
    byName = Dictionary(plans.map { ($0.name, Self.make($0, published)) }) { first, _ in first }
  }

  private static func make(
    _ plan: ProviderPlan, _ published: (PublishedKeysPlan) -> PublishedKeys
  ) -> any IdentityProvider {
    switch plan.kind {
    case .apiKey(let keys): APIKeyProvider(plan, keys)
    case .certificate(let certificates): CertificateProvider(plan, certificates)
    case .jwt(let tokens): JWTProvider(plan, tokens, published: published)
    }
  }

  /// Those of a route, in its order. Definitions that are served name none that is not there.
  package subscript(route: AuthPlan) -> [any IdentityProvider] { route.providers.compactMap { byName[$0] } }
}
