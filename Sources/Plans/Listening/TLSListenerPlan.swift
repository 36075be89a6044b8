/// The way in which a listener speaks TLS. Paths are those of files that could be read when the definitions were
/// loaded.
package struct TLSListenerPlan: Equatable, Sendable {
  package enum Version: String, Sendable, CaseIterable {
    case tls12 = "1.2"
    case tls13 = "1.3"
  }

  package struct ClientCertificates: Equatable, Sendable {
    package enum Verification: String, Sendable, CaseIterable {
      /// A client may have none; one that does not verify fails the handshake all the same.
      case request
      case require
    }

    /// Authorities, or single certificates; PEM or DER.
    package var authorities: String
    package var verification = Verification.require
    /// A list of revoked certificates; PEM or DER.
    package var revocations: String?

    package init(authorities: String) {
      self.authorities = authorities
    }
  }

  /// The certificates, at least one; the first is for clients that name no host, or one that no certificate is of.
  package var certificates: [CertificateFiles]
  package var minVersion = Version.tls12
  /// The cipher suites of TLS 1.2, in OpenSSL's syntax; BoringSSL makes a list of it that is not empty. By default
  /// those with forward secrecy and authenticated encryption.
  package var ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"
  package var clientCertificates: ClientCertificates?

  package init(certificates: [CertificateFiles]) {
    self.certificates = certificates
  }
}

/// The files of a certificate, its chain and its private key.
package struct CertificateFiles: Equatable, Sendable {
  package enum Form: Equatable, Sendable {
    /// PEM; the certificate's own comes before its chain.
    case pem(certificate: String, key: String)
    case pkcs12(String)
  }

  package var form: Form
  /// The passphrase of the key, or of the PKCS #12 file.
  package var passphrase: Secret<String>?

  package init(_ form: Form, passphrase: Secret<String>? = nil) {
    self.form = form
    self.passphrase = passphrase
  }

  /// That of the certificate first.
  package var paths: [String] {
    switch form {
    case .pem(let certificate, let key): [certificate, key]
    case .pkcs12(let path): [path]
    }
  }
}
