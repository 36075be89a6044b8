/// Why a token is refused, in words for the log: they are nothing that a client is to hear. A value; holds nothing of the
/// token.
package struct TokenFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// A sentence's end whose beginning is the token: "has ended".
  package let description: String
  /// No key has the token's `kid`: one may have been published since the keys were fetched.
  package private(set) var isOfUnknownKey = false

  init(_ description: String) {
    self.description = description
  }

  /// - Parameter isOfUnknownKey: whether keys that are fetched anew may know it.
  static func unverified(isOfUnknownKey: Bool) -> TokenFault {
    var fault = TokenFault(isOfUnknownKey ? "is signed by a key that is not known" : "has a signature that is wrong")
    fault.isOfUnknownKey = isOfUnknownKey
    return fault
  }

  static let tooLong = TokenFault("is longer than 16 KiB")
  static let parts = TokenFault("has not three parts")
  static let base64 = TokenFault("is not base64url without padding")
  static let header = TokenFault("has a header that is no JSON object of unique members")
  static let claims = TokenFault("has claims that are no JSON object of unique members")
  static let algorithm = TokenFault("has an alg that is not allowed")
  static let critical = TokenFault("has crit")
  static let unencoded = TokenFault("has a b64 that is not true")
  static let embeddedKey = TokenFault("brings a key")
  static let nested = TokenFault("holds another token")
  static let keyID = TokenFault("has a kid that is no string")
  static let issuer = TokenFault("is of another issuer")
  static let audience = TokenFault("is for another audience")
  static let endless = TokenFault("has no exp")
  static let ended = TokenFault("has ended")
  static let early = TokenFault("is not valid yet")
  static let future = TokenFault("was issued in the future")

  static func noDate(_ claim: String) -> TokenFault { TokenFault("has an \(claim) that is no date") }
}
