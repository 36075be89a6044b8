/// Signed tokens (RFC 7519). A value; equal for two providers that take the same tokens from the same places.
package struct JWTPlan: Hashable, Sendable {
  /// Tried in this order; a token at two of them is none.
  package var places: [CredentialPlace]
  package var rules: TokenRules
  package var keys: TokenKeysPlan

  package init(_ places: [CredentialPlace], _ rules: TokenRules, _ keys: TokenKeysPlan) {
    self.places = places
    self.rules = rules
    self.keys = keys
  }
}

/// The keys that tokens are verified by. A value; it was found to hold some that can be used.
package enum TokenKeysPlan: Hashable, Sendable {
  /// Of HMAC.
  case secret(Secret<String>)
  /// Public keys and certificates, as a file has them.
  case pem(Secret<[UInt8]>)
  /// A JWK set (RFC 7517 §5), as a file has it.
  case jwks(Secret<[UInt8]>)
  /// Fetched while requests are served.
  case published(PublishedKeysPlan)
}

/// Keys that somebody publishes. A value.
package struct PublishedKeysPlan: Hashable, Sendable {
  /// What is found at the place.
  package enum Document: Hashable, Sendable {
    /// A JWK set.
    case keys
    /// What an OpenID provider says of itself, which tells where its keys are (OpenID Connect Discovery 1.0 §4).
    /// - Parameter issuer: that it must be of; `nil`: whoever it is of.
    case metadata(issuer: String?)
  }

  package var place: FetchPlace
  package var document: Document

  package init(_ place: FetchPlace, _ document: Document = .keys) {
    self.place = place
    self.document = document
  }

  /// The same for two places that are asked alike, wherever their backends are defined.
  /// - Parameter backends: those of the definitions.
  package func resolved(among backends: [BackendPlan]) -> PublishedKeysPlan {
    PublishedKeysPlan(place.resolved(among: backends), document)
  }
}
