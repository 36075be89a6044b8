import Front
import Messages
import Plans

/// Who tells by what a client shows who it is. *Immutable*, or guarded by itself; asked on front loops, which it must not
/// block.
package protocol IdentityProvider: Sendable {
  var plan: ProviderPlan { get }

  /// What is said of it where a credential is missing, or does not verify (RFC 9110 §11.6.1); `nil`: nothing.
  var challenge: Challenge? { get }

  /// Looks for what it verifies.
  func credential(of request: IncomingRequest) -> Credential

  /// Returns `nil` where it can't be told yet: then `later` is called once, on any thread, and not before this returns.
  func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict?
}

extension IdentityProvider {
  /// Takes its credential out of what goes to backends, unless they are to have it.
  package func withhold(from request: IncomingRequest) {
    for place in plan.withheld { request.removeCredentials(at: place) }
  }
}

/// What a request shows a provider. A value.
package enum Credential: Equatable, Sendable {
  case absent
  case present(String)
  /// It is there, and can't be one: for the log, why.
  case unusable(String)
}

/// What a provider says of a credential. A value.
package enum Verdict: Sendable {
  case verified(ClientIdentity)
  /// For the log, why. The client is not told.
  case invalid(String)
  /// Somebody else says no, and what the client is told; for the log, why.
  case refused(Answer, why: String)
  /// It can't be told: 503.
  case unknown(String)
  /// Nobody is there to tell: 503, or the client comes in as nobody where the provider fails open.
  case unavailable(String)
}

/// A challenge of `WWW-Authenticate`. A value.
package struct Challenge: Sendable {
  /// To who shows nothing.
  package let missing: String
  /// To who shows what does not verify (RFC 6750 §3.1).
  package let invalid: String

  /// - Parameter parameters: the realm, and more; values without quotes and backslashes.
  package init(_ scheme: String, _ parameters: KeyValuePairs<String, String>) {
    missing = "\(scheme) " + parameters.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
    invalid = missing + ", error=\"invalid_token\""
  }

  /// Where it can't be told whether anything is shown: of no token is spoken (RFC 6750 §3.1).
  init(realm: String) {
    missing = "Bearer realm=\"\(realm)\""
    invalid = missing
  }

  /// Of the first scheme that a credential has at its places, else of `scheme`.
  init(at places: [CredentialPlace], orElse scheme: String, realm: String) {
    let schemes = places.compactMap { place -> String? in
      if case .header(_, let scheme) = place { scheme } else { nil }
    }
    self.init(schemes.first ?? scheme, ["realm": realm])
  }
}
