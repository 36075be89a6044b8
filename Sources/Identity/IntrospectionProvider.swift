import Front
import JSONText
import Messages
import Plans
import Timing
import Tokens

/// Knows clients by tokens of which their server says whether they are valid (RFC 7662). *Immutable*, but for what was
/// asked lately, which has its own guard.
package final class IntrospectionProvider: IdentityProvider {
  package let plan: ProviderPlan
  package let challenge: Challenge?
  private let introspection: IntrospectionPlan
  private let inquiries: Inquiries
  /// The longest token, in bytes.
  package static let longestToken = 16 * 1024
  /// Where tokens of three parts are for others.
  private let signedPlaces: Set<CredentialPlace>

  package convenience init(_ provider: ProviderPlan, _ plan: IntrospectionPlan, by inquiry: any Inquiry) {
    self.init(provider, plan, Inquiries(of: provider.name, by: inquiry), signedPlaces: [])
  }

  private init(
    _ provider: ProviderPlan, _ introspection: IntrospectionPlan, _ inquiries: Inquiries,
    signedPlaces: Set<CredentialPlace>
  ) {
    plan = provider
    self.introspection = introspection
    self.inquiries = inquiries
    self.signedPlaces = signedPlaces
    challenge = Challenge(at: introspection.places, orElse: "Bearer", realm: provider.name)
  }

  /// The same beside others that take signed tokens: at their places, and nowhere else, those are theirs.
  func leaving(tokensAt places: [CredentialPlace]) -> IntrospectionProvider {
    IntrospectionProvider(plan, introspection, inquiries, signedPlaces: Set(places.map(\.inLowerCase)))
  }

  package func credential(of request: IncomingRequest) -> Credential {
    CredentialPlaces(introspection.places).credential(of: request) { credential, place in
      !TokenVerifier.mayBeToken(credential) || !signedPlaces.contains(place.inLowerCase)
    }
  }

  package func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    guard credential.utf8.count <= Self.longestToken else { return .invalid("the token is too long") }
    return inquiries.verdict(for: exchange, later: later) { request in
      request.body = FormEncoding.body([("token", credential)])
    } read: { [self] reply in
      read(reply, at: .clock())
    }
  }

  /// - Parameter now: by the machine's clock.
  func read(_ reply: Inquiries.Reply, at now: WallTime) -> (Verdict, Duration) {
    guard reply.status == 200 else { return (inquiries.unknown("status \(reply.status)"), .zero) }
    guard let claims = StrictJSON.object(reply.body), let isActive = claims[member: "active"]?.bool else {
      return (inquiries.unknown("its answer is no JSON object of unique members that says what is `active`"), .zero)
    }
    let lifetime = introspection.inquiry.lifetime
    guard isActive else { return (.invalid("the token is not active"), lifetime) }
    var rules = TokenRules()
    rules.requiresExpiry = false
    do throws(TokenFault) {
      let end = try rules.check(claims, issuer: nil, at: now)
      // Leeway is for clocks that differ, and lengthens nothing that is kept.
      let left = end.map { Duration.milliseconds($0.milliseconds - now.milliseconds) - rules.leeway }
      let identity = ClientIdentity(provider: plan.name, claims[member: "sub"]?.string, of: claims)
      return (.verified(identity), left.map { max(.zero, min($0, lifetime)) } ?? lifetime)
    } catch {
      // It may begin to hold.
      return (.invalid("the token \(error)"), .zero)
    }
  }
}
