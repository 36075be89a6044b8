import COpenSSL
import NIOSSL

/// Says whose certificates clients may have: by OpenSSL, which knows lists of revoked certificates, and trusts single
/// certificates. *Immutable* once it is made, and OpenSSL guards what it keeps in it: `@unchecked Sendable`.
package final class ClientVerifier: @unchecked Sendable {
  private let store: OpaquePointer
  /// None of what is trusted is a single client's certificate.
  let trustsAuthoritiesAlone: Bool
  /// A list that was to be replaced by now is among them: no certificate that it is for is verified.
  let hasPastList: Bool

  /// - Parameter lists: the file with those of revoked certificates.
  init(_ trusted: [NIOSSLCertificate], file: String, lists: CertificateFile?) throws(CertificateFault) {
    guard let store = weft_x509_store_new() else { throw CertificateFault(.ca, file, "can't be used") }
    self.store = store
    var isAuthority = true
    for certificate in trusted {
      guard let der = try? certificate.toDERBytes() else { continue }
      isAuthority = weft_x509_store_trust(store, der, der.count) == 1 && isAuthority
    }
    trustsAuthoritiesAlone = isAuthority
    var isPast: Int32 = 0
    let count = lists.map {
      weft_x509_store_revoke(store, $0.bytes, Int32(clamping: $0.bytes.count), $0.isDER ? 1 : 0, &isPast)
    }
    hasPastList = isPast != 0
    if let lists, count == 0 {
      throw CertificateFault(.crl, lists.path, "holds no list of revoked certificates, in PEM or DER")
    }
  }

  deinit { X509_STORE_free(store) }

  /// What is wrong with a client's certificate, in words; `nil`: nothing.
  /// - Parameter chain: as the client sent it.
  package func fault(of chain: [NIOSSLCertificate]) -> String? {
    let bytes = chain.reduce(into: [UInt8]()) { bytes, certificate in
      bytes += (try? certificate.toDERBytes()) ?? []
    }
    let result = weft_x509_store_verify(store, bytes, bytes.count)
    return result == X509_V_OK ? nil : String(cString: X509_verify_cert_error_string(Int(truncatingIfNeeded: result)))
  }
}
