/// How a token is signed (RFC 7518 §3.1, RFC 8037 §3.1), by the value of `alg`. `none` is not among them.
package enum SignatureAlgorithm: String, CaseIterable, Sendable {
  case hs256 = "HS256"
  case hs384 = "HS384"
  case hs512 = "HS512"
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
  case edDSA = "EdDSA"
}

/// What is asked of a JSON Web Token, besides a signature that verifies.
package struct TokenRules: Hashable, Sendable {
  /// The leeway where a definition has no other.
  package static let defaultLeeway: Duration = .seconds(30)

  /// Those that are allowed. The key decides which of them can be.
  package var algorithms: Set<SignatureAlgorithm> = Set(SignatureAlgorithm.allCases)
  /// Of which `iss` has to be one; any or none will do where the list is empty.
  package var issuers: [String] = []
  /// Of which `aud` has to have one; any or none will do where the list is empty.
  package var audiences: [String] = []
  /// By which the clocks of others may differ, for `exp`, `nbf` and `iat`.
  package var leeway: Duration = defaultLeeway
  package var requiresExpiry = true

  package init() {}
}
