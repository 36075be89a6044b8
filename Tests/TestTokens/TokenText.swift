import COpenSSL

package enum Base64URLText {
  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    var bits = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | Int(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(letters[bits >> count & 63])
      }
      bits &= 0xFF
    }
    if count > 0 { text.append(letters[bits << (6 - count) & 63]) }
    return text
  }
}

/// Tokens in their compact form, good ones and others.
package enum TokenText {
  /// - Parameter header: its members but for `alg`.
  package static func signed(
    _ claims: String, by key: SigningKey, _ algorithm: String, header: String = "", isDER: Bool = false
  ) -> String {
    let more = header.isEmpty ? "" : "," + header
    return signed(header: #"{"alg":"\#(algorithm)"\#(more)}"#, claims) {
      key.sign($0, algorithm, isDER: isDER)
    }
  }

  /// - Parameter header: all of it.
  package static func signed(header: String, _ claims: String, _ sign: ([UInt8]) -> [UInt8]) -> String {
    let message = "\(Base64URLText.encode(header.utf8)).\(Base64URLText.encode(claims.utf8))"
    return "\(message).\(Base64URLText.encode(sign(Array(message.utf8))))"
  }

  /// HMAC.
  /// - Parameter algorithm: `HS256`, `HS384` or `HS512`.
  package static func code(_ message: [UInt8], _ algorithm: String, secret: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    let digest = EVP_get_digestbyname("SHA" + algorithm.suffix(3))
    _ = HMAC(digest, secret, Int32(secret.count), message, message.count, &code, &count)
    return Array(code.prefix(Int(count)))
  }
}
