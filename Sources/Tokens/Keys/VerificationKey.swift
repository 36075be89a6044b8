import COpenSSL
import Hashing
import Plans

/// A key that tokens are verified by, and what it may be used for. *Immutable.*
package final class VerificationKey: Sendable {
  enum Material: Sendable {
    case key(PublicKey)
    case secret(Secret<[UInt8]>)
  }

  /// The shortest RSA key, in bits (RFC 7518 §3.3).
  static let fewestBits = 2048
  /// The longest: what OpenSSL verifies by.
  static let mostBits = 16384

  /// Its `kid`.
  let id: String?
  /// Those that fit its type, curve and length, and its own `alg`.
  package let algorithms: Set<SignatureAlgorithm>
  private let material: Material

  /// - Parameter only: the one that the key itself says it is for.
  init(_ material: Material, id: String? = nil, only: SignatureAlgorithm? = nil) throws(KeyFault) {
    var algorithms = try Self.algorithms(of: material)
    if let only {
      guard algorithms.contains(only) else { throw KeyFault("is not of the kind that its alg \(only.rawValue) needs") }
      algorithms = [only]
    }
    (self.material, self.id, self.algorithms) = (material, id, algorithms)
  }

  func verifies(_ signature: [UInt8], of message: ArraySlice<UInt8>, by algorithm: SignatureAlgorithm) -> Bool {
    guard algorithms.contains(algorithm) else { return false }
    switch (material, algorithm.digest) {
    case (.secret(let secret), let digest?):
      guard let length = Int32(exactly: secret.revealed.count) else { return false }
      return message.withUnsafeBufferPointer {
        weft_key_verify_hmac(
          digest, secret.revealed, length, signature, signature.count, $0.baseAddress, $0.count) == 1
      }
    case (.key(let key), let digest):
      if case .ec(let curve) = key.kind, let digest {
        return key.verifiesECDSA(signature, of: message, digest: digest, length: curve.length)
      }
      return key.verifies(signature, of: message, digest: digest, isPSS: algorithm.isPSS)
    case (.secret, nil):
      return false
    }
  }

  func feed(_ digest: inout Digest) {
    digest.update(counted: id ?? "")
    digest.update(counted: algorithms.map(\.rawValue).sorted().joined(separator: " "))
    switch material {
    case .key(let key): key.der.withUnsafeBytes { digest.update($0) }
    case .secret(let secret): secret.revealed.withUnsafeBytes { digest.update($0) }
    }
  }

  private static func algorithms(of material: Material) throws(KeyFault) -> Set<SignatureAlgorithm> {
    switch material {
    case .secret(let secret):
      let count = secret.revealed.count
      guard count >= 32 else { throw KeyFault("is a secret of \(count) bytes; HS256 wants 32 or more") }
      return count >= 64 ? [.hs256, .hs384, .hs512] : count >= 48 ? [.hs256, .hs384] : [.hs256]
    case .key(let key):
      switch key.kind {
      case .ec(.p256): return [.es256]
      case .ec(.p384): return [.es384]
      case .ec(.p521): return [.es512]
      case .edwards: return [.edDSA]
      case .rsa(let bits, let isForPSSAlone):
        guard bits >= fewestBits else { throw KeyFault("is RSA of \(bits) bits; \(fewestBits) or more are wanted") }
        guard bits <= mostBits else { throw KeyFault("is RSA of \(bits) bits; \(mostBits) are the most") }
        guard key.hasSoundExponent else { throw KeyFault("has an exponent that is even or 1") }
        return isForPSSAlone ? [.ps256, .ps384, .ps512] : [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
      }
    }
  }
}

extension SignatureAlgorithm {
  /// OpenSSL's name; nil for EdDSA, which has its own.
  fileprivate var digest: String? {
    switch self {
    case .hs256, .rs256, .ps256, .es256: "SHA256"
    case .hs384, .rs384, .ps384, .es384: "SHA384"
    case .hs512, .rs512, .ps512, .es512: "SHA512"
    case .edDSA: nil
    }
  }

  fileprivate var isPSS: Bool { [.ps256, .ps384, .ps512].contains(self) }
}
