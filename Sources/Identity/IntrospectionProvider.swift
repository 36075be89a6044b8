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
  /// Tokens of three parts are for others.
  private let leavesSigned: Bool

  package convenience init(_ provider: ProviderPlan, _ plan: IntrospectionPlan, by inquiry: any Inquiry) {
    self.init(provider, plan, Inquiries(of: provider.name, by: inquiry), leavesSigned: false)
  }

  private init(
    _ provider: ProviderPlan, _ introspection: IntrospectionPlan, _ inquiries: Inquiries, leavesSigned: Bool
  ) {
    plan = provider
    self.introspection = introspection
    self.inquiries = inquiries
    self.leavesSigned = leavesSigned
    challenge = Challenge(at: introspection.places, orElse: "Bearer", realm: provider.name)
  }

  /// The same beside others that take signed tokens: those are theirs where they are looked for at a place of these.
  func leaving(tokensAt places: Set<CredentialPlace>) -> IntrospectionProvider {
    let leavesSigned = !places.isDisjoint(with: introspection.places)
    return leavesSigned ? IntrospectionProvider(plan, introspection, inquiries, leavesSigned: true) : self
  }

  package func credential(of request: IncomingRequest) -> Credential {
    let places = CredentialPlaces(introspection.places)
    return leavesSigned
      ? places.credential(of: request) { !TokenVerifier.mayBeToken($0) } : places.credential(of: request)
  }

  package func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    guard credential.utf8.count <= Self.longestToken else { return .invalid("the token is too long") }
    return inquiries.verdict(for: exchange, later: later) { request in
      request.body = Array("token=\(PercentEncoding.formValue(credential))".utf8)
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
      let left = end.map { Duration.milliseconds($0.milliseconds - now.milliseconds) }
      let identity = ClientIdentity(provider: plan.name, claims[member: "sub"]?.string, of: claims)
      return (.verified(identity), left.map { min($0, lifetime) } ?? lifetime)
    } catch {
      // It may begin to hold.
      return (.invalid("the token \(error)"), .zero)
    }
  }
}
