import COpenSSL
import JSONText

/// A P-256 key of this process alone, by which tokens are signed. *Immutable.*
final class TokenKey: Sendable {
  /// What the key is published as (RFC 7517).
  let jwk: JSONValue

  nonisolated(unsafe) private let key: OpaquePointer  // owned, never written after `init`
  private let header: String

  init() {
    let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
    defer { EVP_PKEY_CTX_free(context) }
    var made: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
      EVP_PKEY_generate(context, &made) == 1, let made
    else { preconditionFailure("OpenSSL makes no key") }
    key = made
    EVP_PKEY_set_utf8_string_param(made, "point-format", "uncompressed")
    // 0x04 and the two coordinates.
    var point = [UInt8](repeating: 0, count: 65)
    var count = 0
    let isTold = EVP_PKEY_get_octet_string_param(made, "encoded-pub-key", &point, point.count, &count) == 1
    precondition(isTold && count == point.count, "OpenSSL does not tell a key's point")
    let x = TokenKey.base64URL(point[1...32])
    // Another one for each key, so that a gateway that knows an older one asks again.
    let name = String(x.prefix(12))
    jwk = [
      "kty": "EC", "crv": "P-256", "x": .string(x), "y": .string(TokenKey.base64URL(point[33...])),
      "kid": .string(name), "use": "sig", "alg": "ES256",
    ]
    let header: JSONValue = ["alg": "ES256", "typ": "JWT", "kid": .string(name)]
    self.header = TokenKey.base64URL(header.rendered)
  }

  deinit {
    EVP_PKEY_free(key)
  }

  /// The claims in a token, in its compact form (RFC 7515 §7.1).
  func sign(_ claims: JSONValue) -> String {
    let message = "\(header).\(TokenKey.base64URL(claims.rendered))"
    return "\(message).\(TokenKey.base64URL(signature(of: Array(message.utf8))))"
  }

  /// Two numbers of 32 bytes, as JOSE has them (RFC 7518 §3.4); OpenSSL gives them in DER.
  private func signature(of message: [UInt8]) -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var der = [UInt8](repeating: 0, count: 72)
    var count = der.count
    let isSigned =
      EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, key, nil) == 1
      && EVP_DigestSign(context, &der, &count, message, message.count) == 1
    precondition(isSigned, "OpenSSL does not sign")
    return der.withUnsafeBufferPointer { der in
      var bytes = der.baseAddress
      let pair = d2i_ECDSA_SIG(nil, &bytes, count)
      defer { ECDSA_SIG_free(pair) }
      return [ECDSA_SIG_get0_r(pair), ECDSA_SIG_get0_s(pair)].flatMap { number in
        var bytes = [UInt8](repeating: 0, count: 32)
        BN_bn2binpad(number, &bytes, 32)
        return bytes
      }
    }
  }

  /// RFC 4648 §5, without padding.
  private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(letters[Int(bits >> count & 63)])
      }
    }
    if count > 0 { text.append(letters[Int(bits << (6 - count) & 63)]) }
    return text
  }
}
