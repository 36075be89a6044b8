/// The token that a backend wants, and how it is had: by the gateway's own credentials (RFC 6749 §4.4). A value; two that
/// are equal have one token.
package struct OAuth2Plan: Hashable, Sendable {
  /// How the gateway shows the token server who it is (RFC 6749 §2.3.1).
  package enum Authentication: String, CaseIterable, Sendable {
    /// By HTTP Basic.
    case basic
    /// Within the form.
    case body
  }

  /// The token endpoint; one of the definitions' backends once it was resolved.
  package var place: FetchPlace
  package var clientID: String
  package var clientSecret: Secret<String>
  /// What the token is asked for; empty: what the server gives by default.
  package var scopes: [String] = []
  /// Which service it is asked for, where the server wants to know.
  package var audience: String?
  package var authentication = Authentication.basic

  package init(_ place: FetchPlace, clientID: String, clientSecret: Secret<String>) {
    self.place = place
    self.clientID = clientID
    self.clientSecret = clientSecret
  }

  /// The longest token, in bytes.
  package static let longestToken = 16 * 1024
}
