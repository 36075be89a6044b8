import Foundation
import TestTokens

/// Keys with names, tokens that they sign, and the text in which they are published. *Immutable.*
struct TokenIssuer: Sendable {
  let id: String
  let key: SigningKey
  let algorithm: String

  /// Keys that cost time to make, for all tests.
  static let first = TokenIssuer("first", .ec("prime256v1"), "ES256")
  static let second = TokenIssuer("second", .ec("prime256v1"), "ES256")
  static let rsa = TokenIssuer("rsa", .rsa(), "RS256")

  /// Until 2100.
  static let end = 4_102_444_800
  /// A name, and when it ends.
  static let anna = claims()

  init(_ id: String, _ key: SigningKey, _ algorithm: String) {
    (self.id, self.key, self.algorithm) = (id, key, algorithm)
  }

  /// - Parameter more: members behind `sub` and `exp`.
  static func claims(_ subject: String = "anna", _ more: String = "", end: Int = end) -> String {
    #"{"sub":"\#(subject)","exp":\#(end)\#(more.isEmpty ? "" : "," + more)}"#
  }

  /// - Parameters:
  ///   - claims: JSON.
  ///   - id: its `kid`, instead of its own.
  func token(_ claims: String = anna, id: String? = nil, header: String = "") -> String {
    let more = header.isEmpty ? "" : "," + header
    return TokenText.signed(claims, by: key, algorithm, header: #""kid":"\#(id ?? self.id)"\#(more)"#)
  }

  var jwk: String { #"{\#(key.jwkMembers),"kid":"\#(id)"}"# }

  /// A JWK set.
  static func published(_ issuers: TokenIssuer...) -> String {
    #"{"keys":[\#(issuers.map(\.jwk).joined(separator: ","))]}"#
  }

  /// A token of HMAC.
  static func coded(_ claims: String = anna, secret: String, _ algorithm: String = "HS256") -> String {
    TokenText.signed(header: #"{"alg":"\#(algorithm)"}"#, claims) {
      TokenText.code($0, algorithm, secret: Array(secret.utf8))
    }
  }
}

extension GatewayProcess {
  func exchange(_ requestLine: String, token: String) throws -> RawResponse {
    try exchange(requestLine, headers: ["Authorization: Bearer \(token)"])
  }

  /// The answer once the keys of tokens are known: behind its start they are fetched in the background.
  func exchangeOnceKnown(_ requestLine: String, token: String) throws -> RawResponse {
    try exchange(requestLine, headers: ["Authorization: Bearer \(token)"], past: 503)
  }
}
