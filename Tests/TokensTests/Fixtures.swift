import TestTokens
import Timing

@testable import Plans
@testable import Tokens

/// Keys that cost time to make, one of each kind for all tests.
enum Keys {
  static let rsa = SigningKey.rsa()
  static let p256 = SigningKey.ec("prime256v1")
  static let p384 = SigningKey.ec("secp384r1")
  static let p521 = SigningKey.ec("secp521r1")
  static let ed25519 = SigningKey.edwards("ED25519")
  static let ed448 = SigningKey.edwards("ED448")
  /// As long as HS512 wants it.
  static let secret = String(repeating: "secret-", count: 10)
}

extension WallTime {
  static let start = WallTime(seconds: 1_800_000_000)

  init(seconds: Int64) {
    self.init(milliseconds: seconds * 1000)
  }
}

/// A JWK set of members without their braces.
func jwks(_ keys: String..., isPublic: Bool = true) throws -> KeySetReading {
  let list = keys.map { "{\($0)}" }.joined(separator: ",")
  return try KeySetReading(jwks: Array(#"{"keys":[\#(list)]}"#.utf8), isPublic: isPublic)
}

func keySet(_ keys: SigningKey...) throws -> KeySet {
  let list = keys.map { "{\($0.jwkMembers)}" }.joined(separator: ",")
  return try KeySetReading(jwks: Array(#"{"keys":[\#(list)]}"#.utf8), isPublic: true).keys
}

/// What the log says of a token; nil for one that is verified.
func refusal(
  _ token: String, by keys: KeySet, at now: WallTime = .start, _ change: (inout TokenRules) -> Void = { _ in }
) -> String? {
  var rules = TokenRules()
  change(&rules)
  do throws(TokenFault) {
    _ = try TokenVerifier(rules).verify(token, by: keys, at: now)
    return nil
  } catch {
    return error.description
  }
}

/// Claims that hold at `WallTime.start`.
let goodClaims = #"{"sub":"anna","exp":1800000060}"#
