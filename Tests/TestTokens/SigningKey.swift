import COpenSSL

/// A private key that tokens are signed with. *Immutable.*
package final class SigningKey: Sendable {
  nonisolated(unsafe) private let key: OpaquePointer  // owned, never written after `init`

  private init(_ key: OpaquePointer) {
    self.key = key
  }

  deinit {
    EVP_PKEY_free(key)
  }

  package static func rsa(bits: Int = 2048) -> SigningKey {
    make("RSA") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, Int32(clamping: bits)) }
  }

  /// - Parameter curve: OpenSSL's name.
  package static func ec(_ curve: String) -> SigningKey {
    make("EC") { EVP_PKEY_CTX_set_group_name($0, curve) }
  }

  /// `ED25519` or `ED448`.
  package static func edwards(_ name: String) -> SigningKey { make(name) { _ in 1 } }

  private static func make(_ type: String, _ settings: (OpaquePointer) -> Int32) -> SigningKey {
    let context = EVP_PKEY_CTX_new_from_name(nil, type, nil)!
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    precondition(EVP_PKEY_keygen_init(context) == 1 && settings(context) == 1)
    precondition(EVP_PKEY_generate(context, &key) == 1)
    return SigningKey(key!)
  }

  /// The public half, SubjectPublicKeyInfo.
  package var pem: String {
    let output = BIO_new(BIO_s_mem())
    defer { BIO_free(output) }
    precondition(PEM_write_bio_PUBKEY(output, key) == 1)
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = BIO_read(output, &bytes, Int32(bytes.count))
    return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
  }

  /// The public half's members, but for `kid`: `"kty":"EC","crv":…`.
  package var jwkMembers: String {
    if EVP_PKEY_is_a(key, "RSA") == 1 {
      return #""kty":"RSA","n":"\#(Base64URLText.encode(number("n")))","e":"\#(Base64URLText.encode(number("e")))""#
    }
    if EVP_PKEY_is_a(key, "EC") == 1 {
      let (x, y) = point
      let curve = [32: "P-256", 48: "P-384", 66: "P-521"][x.count]!
      return #""kty":"EC","crv":"\#(curve)","x":"\#(Base64URLText.encode(x))","y":"\#(Base64URLText.encode(y))""#
    }
    let curve = EVP_PKEY_is_a(key, "ED448") == 1 ? "Ed448" : "Ed25519"
    return #""kty":"OKP","crv":"\#(curve)","x":"\#(Base64URLText.encode(octets("pub")))""#
  }

  /// The public half's affine coordinates, each as long as its curve has it.
  package var point: (x: [UInt8], y: [UInt8]) {
    let uncompressed = octets("encoded-pub-key")
    let half = (uncompressed.count - 1) / 2
    return (Array(uncompressed[1..<(1 + half)]), Array(uncompressed[(1 + half)...]))
  }

  private func number(_ name: String) -> [UInt8] {
    var number: OpaquePointer?
    precondition(EVP_PKEY_get_bn_param(key, name, &number) == 1)
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
    BN_bn2bin(number, &bytes)
    return bytes
  }

  private func octets(_ name: String) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 256)
    var count = 0
    EVP_PKEY_set_utf8_string_param(key, "point-format", "uncompressed")
    precondition(EVP_PKEY_get_octet_string_param(key, name, &bytes, bytes.count, &count) == 1)
    return Array(bytes.prefix(count))
  }

  /// A signature as JOSE has it, of ECDSA as OpenSSL has it where `isDER`.
  /// - Parameter algorithm: the value of `alg`, which may be another than the key's own.
  package func sign(_ message: [UInt8], _ algorithm: String, isDER: Bool = false) -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var settings: OpaquePointer?
    let digest: String? = algorithm == "EdDSA" ? nil : "SHA" + algorithm.suffix(3)
    precondition(EVP_DigestSignInit_ex(context, &settings, digest, nil, nil, key, nil) == 1)
    if algorithm.hasPrefix("PS") {
      precondition(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1)
      precondition(EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1)
    }
    var signature = [UInt8](repeating: 0, count: 4096)
    var count = signature.count
    precondition(EVP_DigestSign(context, &signature, &count, message, message.count) == 1)
    signature.removeSubrange(count...)
    return algorithm.hasPrefix("ES") && !isDER ? pair(signature) : signature
  }

  /// The two numbers of a signature in DER, each as long as the curve's.
  private func pair(_ der: [UInt8]) -> [UInt8] {
    let length = (Int(EVP_PKEY_get_bits(key)) + 7) / 8
    return der.withUnsafeBufferPointer { der in
      var bytes = der.baseAddress
      let signature = d2i_ECDSA_SIG(nil, &bytes, der.count)
      defer { ECDSA_SIG_free(signature) }
      return [ECDSA_SIG_get0_r(signature), ECDSA_SIG_get0_s(signature)].flatMap { number in
        var bytes = [UInt8](repeating: 0, count: length)
        BN_bn2binpad(number, &bytes, Int32(length))
        return bytes
      }
    }
  }
}
