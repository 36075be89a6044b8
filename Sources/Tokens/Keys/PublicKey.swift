import COpenSSL
import JSONText

/// A public key of OpenSSL's. *Immutable*: verifying changes nothing of it but counts of references, which are atomic.
final class PublicKey: Sendable {
  /// What signatures can be made with it.
  enum Kind: Hashable, Sendable {
    case rsa(bits: Int, isForPSSAlone: Bool)
    case ec(Curve)
    case edwards(Edwards)
  }

  /// Of NIST's (RFC 7518 §6.2.1.1), by OpenSSL's names.
  enum Curve: String, Sendable {
    case p256 = "prime256v1"
    case p384 = "secp384r1"
    case p521 = "secp521r1"

    /// Length of a coordinate, in bytes.
    var length: Int {
      switch self {
      case .p256: 32
      case .p384: 48
      case .p521: 66
      }
    }
  }

  /// Of RFC 8037, by OpenSSL's names.
  enum Edwards: String, Sendable {
    case ed25519 = "ED25519"
    case ed448 = "ED448"
  }

  let kind: Kind
  nonisolated(unsafe) private let key: OpaquePointer  // owned, never written after `init`

  /// Takes over `key`; nil for one that JOSE has no algorithm for.
  init?(_ key: OpaquePointer) {
    guard let kind = PublicKey.kind(of: key) else {
      EVP_PKEY_free(key)
      return nil
    }
    self.kind = kind
    self.key = key
  }

  convenience init?(modulus: [UInt8], exponent: [UInt8]) {
    guard let (n, e) = PublicKey.lengths(modulus, exponent), let key = weft_key_rsa(modulus, n, exponent, e) else {
      return nil
    }
    self.init(key)
  }

  /// - Returns: nil where the point is not of the curve.
  convenience init?(_ curve: Curve, x: [UInt8], y: [UInt8]) {
    guard x.count == curve.length, y.count == curve.length else { return nil }
    let point = [0x04] + x + y
    guard let key = weft_key_ec(curve.rawValue, point, point.count) else { return nil }
    self.init(key)
  }

  convenience init?(_ curve: Edwards, _ bytes: [UInt8]) {
    guard let key = weft_key_raw(curve.rawValue, bytes, bytes.count) else { return nil }
    self.init(key)
  }

  deinit {
    EVP_PKEY_free(key)
  }

  /// SubjectPublicKeyInfo.
  var der: [UInt8] {
    var der: [UInt8] = []
    withUnsafeMutablePointer(to: &der) { der in
      weft_key_der(key, der) { context, bytes, count in
        let bytes = UnsafeBufferPointer(start: bytes, count: count)
        context?.assumingMemoryBound(to: [UInt8].self).pointee = Array(bytes)
      }
    }
    return der
  }

  /// RSA alone: a message must not be its own signature.
  var hasSoundExponent: Bool { weft_key_has_sound_exponent(key) == 1 }

  /// RSA and EdDSA.
  /// - Parameter digest: OpenSSL's name; nil for EdDSA, which has its own.
  func verifies(_ signature: [UInt8], of message: ArraySlice<UInt8>, digest: String?, isPSS: Bool = false) -> Bool {
    message.withUnsafeBufferPointer {
      weft_key_verify(key, digest, isPSS ? 1 : 0, signature, signature.count, $0.baseAddress, $0.count) == 1
    }
  }

  /// - Parameter length: of each of the signature's two numbers.
  func verifiesECDSA(_ signature: [UInt8], of message: ArraySlice<UInt8>, digest: String, length: Int) -> Bool {
    guard signature.count == 2 * length else { return false }
    return message.withUnsafeBufferPointer {
      weft_key_verify_ecdsa(key, digest, signature, Int32(clamping: signature.count), $0.baseAddress, $0.count) == 1
    }
  }

  private static func lengths(_ one: [UInt8], _ other: [UInt8]) -> (Int32, Int32)? {
    guard let first = Int32(exactly: one.count), let second = Int32(exactly: other.count) else { return nil }
    return (first, second)
  }

  private static func kind(of key: OpaquePointer) -> Kind? {
    for (name, isForPSSAlone) in [("RSA", false), ("RSA-PSS", true)] where EVP_PKEY_is_a(key, name) == 1 {
      return .rsa(bits: Int(widening: EVP_PKEY_get_bits(key)), isForPSSAlone: isForPSSAlone)
    }
    for curve in [Edwards.ed25519, .ed448] where EVP_PKEY_is_a(key, curve.rawValue) == 1 { return .edwards(curve) }
    guard EVP_PKEY_is_a(key, "EC") == 1 else { return nil }
    var name = [CChar](repeating: 0, count: 64)
    guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return nil }
    let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return Curve(rawValue: String(decoding: text, as: UTF8.self)).map(Kind.ec)
  }
}
