import COpenSSL
import JSONText
import Plans

/// Keys as they were given, and what is wrong with those that are not used. *Immutable.*
package struct KeySetReading: Sendable {
  package let keys: KeySet
  /// A sentence for each key that is not used.
  package let faults: [KeyFault]

  private init(_ keys: [VerificationKey], _ faults: [KeyFault]) {
    var faults = faults
    if keys.count > KeySet.mostKeys {
      faults.append(KeyFault("holds \(keys.count) keys; those after the first \(KeySet.mostKeys) are not used"))
    }
    (self.keys, self.faults) = (KeySet(keys), faults)
  }

  /// A secret of HMAC.
  package init(secret: Secret<String>) {
    do throws(KeyFault) {
      self.init([try VerificationKey(.secret(Secret(Array(secret.revealed.utf8))))], [])
    } catch {
      self.init([], [error])
    }
  }

  /// A JWK set (RFC 7517 §5), or a single JWK.
  /// - Parameter isPublic: it was published, so no secret in it is one.
  package init(jwks bytes: [UInt8], isPublic: Bool) throws(KeyFault) {
    guard let root = StrictJSON.object(bytes) else { throw KeyFault("is no JSON object of unique members") }
    let list: [JSONSlice]
    if let keys = root[member: "keys"], keys.kind == .array {
      list = Array(keys.elements)
    } else if root[member: "kty"] != nil {
      list = [root]
    } else {
      throw KeyFault("is no JWK set: it has no list `keys`")
    }
    var keys: [VerificationKey] = []
    var faults: [KeyFault] = []
    for (index, element) in list.enumerated() {
      do throws(KeyFault) {
        keys.append(try JWK(element).verificationKey(isPublic: isPublic))
      } catch {
        let id = element[member: "kid"]?.string.map { " (kid \"\($0.prefix(64))\")" } ?? ""
        faults.append(error.at("key \(index + 1)\(id)"))
      }
    }
    self.init(keys, faults)
  }

  /// Public keys and certificates, one block after the other. They have no `kid`.
  package init(pem bytes: [UInt8]) throws(KeyFault) {
    var keys: [VerificationKey] = []
    var faults: [KeyFault] = []
    var number = 0
    bytes.withUnsafeBytes { bytes in
      let input = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
      defer { BIO_free(input) }
      var block = weft_key_public
      while block != weft_key_broken {
        var key: OpaquePointer?
        block = weft_key_next_block(input, &key)
        if block == weft_key_end { break }
        number += 1
        do throws(KeyFault) {
          keys.append(try Self.key(key, block))
        } catch {
          faults.append(error.at("block \(number)"))
        }
      }
    }
    if number == 0 { throw KeyFault("holds no PEM") }
    self.init(keys, faults)
  }

  private static func key(_ key: OpaquePointer?, _ block: weft_key_block) throws(KeyFault) -> VerificationKey {
    switch block {
    case weft_key_private: throw KeyFault("is a private key; give the public one (openssl pkey -pubout)")
    case weft_key_other: throw KeyFault("is neither a public key nor a certificate")
    case weft_key_public:
      guard let key, let known = PublicKey(key) else { throw KeyFault("is a key of a kind that no algorithm has") }
      return try VerificationKey(.key(known))
    default: throw KeyFault("can't be read")
    }
  }
}

extension KeySetReading {
  /// Keys that a definition gives.
  /// - Returns: `nil` for those that are published.
  package static func read(_ plan: TokenKeysPlan) throws(KeyFault) -> KeySetReading? {
    switch plan {
    case .secret(let secret): KeySetReading(secret: secret)
    case .pem(let bytes): try KeySetReading(pem: bytes.revealed)
    case .jwks(let bytes): try KeySetReading(jwks: bytes.revealed, isPublic: false)
    case .published: nil
    }
  }
}

extension KeySet {
  /// Keys that a definition gives; none where it was not found good before.
  package init(_ plan: TokenKeysPlan) {
    self = (try? KeySetReading.read(plan))?.keys ?? KeySet([])
  }
}
