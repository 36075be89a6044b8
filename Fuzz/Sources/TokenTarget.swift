import JSONText
import Timing

@testable import Plans
@testable import Tokens

/// A token, NUL, and a JWK set: no text but RFC 7515's own tokens is verified by its keys, what is taken apart can be
/// spelt in one way only, and keys are within their bounds.
enum TokenTarget {
  private static let claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
  /// Of appendices A.1 and A.3.
  private static let samples = [
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\(claims).dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "eyJhbGciOiJFUzI1NiJ9.\(claims)"
      + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
  ]
  private static let sampleKeys = try? KeySetReading(
    jwks: Array(
      #"""
      {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},{"kty":"oct",
      "k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]}
      """#.utf8), isPublic: false)

  static func run(_ bytes: [UInt8]) {
    let (text, set) = bytes.parts
    check(text)
    let token = String(decoding: text, as: UTF8.self)
    if let keys = sampleKeys?.keys {
      let isVerified = isVerified(token, by: keys)
      hold(!isVerified || samples.contains(token), "a token that nobody signed: \(token)")
      if samples.contains(token) { hold(isVerified, "a token that is not verified: \(token)") }
    }
    guard let set else { return }
    for isPublic in [true, false] {
      guard let reading = try? KeySetReading(jwks: set, isPublic: isPublic) else { continue }
      hold(reading.keys.keys.count <= KeySet.mostKeys, "too many keys")
      hold(reading.keys.keys.allSatisfy { !$0.algorithms.isEmpty }, "a key that nothing can be verified by")
      let secrets: Set<SignatureAlgorithm> = [.hs256, .hs384, .hs512]
      hold(!isPublic || reading.keys.unfit(secrets) == secrets, "a secret that was published")
      _ = isVerified(token, by: reading.keys)
    }
    _ = try? KeySetReading(pem: set)
  }

  private static func isVerified(_ token: String, by keys: KeySet) -> Bool {
    let now = WallTime(milliseconds: 1_300_819_000_000)
    return (try? TokenVerifier(TokenRules()).verify(token, by: keys, at: now)) != nil
  }

  private static func check(_ text: [UInt8]) {
    guard let token = try? SignedToken(text) else { return }
    hold(text.count <= SignedToken.longest, "a token that is too long")
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    hold(parts.count == 3, "a token of \(parts.count) parts")
    hold(encoded(token.signature) == Array(parts[2]), "a signature that can be spelt in two ways")
    guard let claims = try? token.claims() else { return }
    hold(claims.kind == .object, "claims that are no object")
    let names = claims.members.map { Array(($0.key.string ?? "").utf8) }
    hold(Set(names).count == names.count, "claims that stand twice")
  }

  private static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    return stride(from: 0, to: bits.count, by: 6).map { start in
      let six = bits[start..<min(start + 6, bits.count)]
      let value = six.reduce(0) { $0 << 1 | $1 } << (6 - six.count)
      return letters[Int(value)]
    }
  }
}
