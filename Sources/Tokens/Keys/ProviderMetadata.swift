import JSONText

/// What an OpenID provider says of itself, as far as it is believed (OpenID Connect Discovery 1.0 §4.2, RFC 8414 §3.2).
/// A value.
package struct ProviderMetadata: Equatable, Sendable {
  package let issuer: String
  /// Where its keys are.
  package let keysURL: String

  /// - Parameter issuer: that it must be of, byte for byte; `nil`: whoever it is of.
  package init(_ bytes: [UInt8], of issuer: String?) throws(KeyFault) {
    guard let root = StrictJSON.object(bytes) else { throw KeyFault("is no JSON object of unique members") }
    guard let named = root[member: "issuer"]?.string else { throw KeyFault("names no issuer") }
    if let issuer, !issuer.isSame(as: named) { throw KeyFault("is of another issuer: \"\(named.prefix(256))\"") }
    guard let url = root[member: "jwks_uri"]?.string else { throw KeyFault("has no jwks_uri") }
    (self.issuer, keysURL) = (named, url)
  }
}
