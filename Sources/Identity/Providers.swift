import Plans

/// The providers of one set of definitions, by their names. *Immutable.*
package struct Providers: Sendable {
  private let byName: [String: any IdentityProvider]
  /// What stands in for a provider of a route.
  private let substitute: (@Sendable (any IdentityProvider) -> any IdentityProvider)?

  /// - Parameters:
  ///   - passwords: of the process.
  ///   - apiKeys: those in Redis; `nil` where no plan has any.
  ///   - published: the keys of a plan, by its backend.
  ///   - inquiry: the way to a backend that is asked.
  ///   - substitute: stands in for each provider that a route has: for tests of definitions.
  package init(
    _ plans: [ProviderPlan], passwords: PasswordChecks, apiKeys: RedisAPIKeys?,
    published: (PublishedKeysPlan) -> PublishedKeys, inquiry: (InquiryPlan) -> any Inquiry,
    substitute: (@Sendable (any IdentityProvider) -> any IdentityProvider)? = nil
  ) {
    self.substitute = substitute
    func provider(_ plan: ProviderPlan) -> any IdentityProvider {
      switch plan.kind {
      case .apiKey(let keys): APIKeyProvider(plan, keys, apiKeys)
      case .basic(let users): BasicProvider(plan, users, passwords)
      case .certificate(let certificates): CertificateProvider(plan, certificates)
      case .jwt(let tokens): JWTProvider(plan, tokens, published: published)
      case .introspection(let tokens): IntrospectionProvider(plan, tokens, by: inquiry(tokens.inquiry))
      case .external(let service): ExternalProvider(plan, service, by: inquiry(service.inquiry))
      }
    }
    byName = Dictionary(plans.map { ($0.name, provider($0)) }) { first, _ in first }
  }

  /// Those of a route, in its order. Definitions that are served name none that is not there. Where one of several decides,
  /// signed tokens are for who verifies them.
  package subscript(route: AuthPlan) -> [any IdentityProvider] {
    let providers = own(route)
    return substitute.map { providers.map($0) } ?? providers
  }

  private func own(_ route: AuthPlan) -> [any IdentityProvider] {
    let providers = route.providers.compactMap { byName[$0] }
    guard route.rule == .any else { return providers }
    let signed = providers.flatMap { provider in
      if case .jwt(let tokens) = provider.plan.kind { tokens.places } else { [CredentialPlace]() }
    }
    return providers.map { ($0 as? IntrospectionProvider)?.leaving(tokensAt: signed) ?? $0 }
  }
}
