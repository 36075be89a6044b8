import Front
import JSONText
import Plans
import Timing
import Tokens

/// Knows clients by tokens that somebody has signed. *Immutable.* Verifying computes on the front loop: some 30 µs to 1 ms,
/// once for each token.
package final class JWTProvider: IdentityProvider {
  private enum Keys {
    case given(KeySet)
    case published(PublishedKeys)
  }

  package let plan: ProviderPlan
  package let challenge: Challenge?
  private let places: CredentialPlaces
  private let verifier: TokenVerifier
  private let keys: Keys

  /// - Parameter published: those of the plan, where it names some.
  package init(_ provider: ProviderPlan, _ plan: JWTPlan, published: (PublishedKeysPlan) -> PublishedKeys) {
    self.plan = provider
    places = CredentialPlaces(plan.places)
    verifier = TokenVerifier(plan.rules, provider: provider.name)
    keys =
      switch plan.keys {
      case .published(let plan): .published(published(plan))
      case .secret, .pem, .jwks: .given(KeySet(plan.keys))
      }
    challenge = Challenge(at: plan.places, orElse: "Bearer", realm: provider.name)
  }

  /// What has not three parts is for others, such as the provider of another kind of token.
  package func credential(of request: IncomingRequest) -> Credential {
    places.credential(of: request, where: { credential, _ in TokenVerifier.mayBeToken(credential) })
  }

  package func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    switch keys {
    case .given(let keys): return verdict(credential, by: keys).verdict
    case .published(let published):
      guard let current = published.current else { return .unknown("there are no keys of \(plan.name) yet") }
      let (verdict, isOfUnknownKey) = verdict(credential, by: current.keys)
      guard isOfUnknownKey else { return verdict }
      let answer = published.ask(after: current) { [self] found in
        exchange.onLoop { later(found.map { self.verdict(credential, by: $0).verdict } ?? self.unknown) }
      }
      switch answer {
      case .waits: return nil
      case .refused: return verdict
      case .unavailable: return unknown
      case .changed(let keys): return self.verdict(credential, by: keys).verdict
      }
    }
  }

  private var unknown: Verdict { .unknown("the keys of \(plan.name) can't be fetched") }

  private func verdict(_ token: String, by keys: KeySet) -> (verdict: Verdict, isOfUnknownKey: Bool) {
    do throws(TokenFault) {
      let verified = try verifier.verify(token, by: keys, at: .clock())
      let claims = verified.claims
      return (.verified(ClientIdentity(provider: plan.name, claims[member: "sub"]?.string, of: claims)), false)
    } catch {
      return (.invalid("the token \(error)"), error.isOfUnknownKey)
    }
  }
}

extension ClientIdentity {
  /// Its plan is the claim `plan`, where that is a text; its groups are those of the claim `groups`, one or a list.
  /// - Parameter claims: an object.
  convenience init(provider: String, _ subject: String?, of claims: JSONSlice) {
    let groups = claims[member: "groups"]
    self.init(
      provider: provider, subject: subject, plan: claims[member: "plan"]?.string,
      groups: groups?.string.map { [$0] } ?? groups?.elements.compactMap(\.string) ?? [], claims: .slice(claims))
  }
}
