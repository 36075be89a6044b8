import Plans

/// TLS to clients.
struct ListenTLSKeys: KeySet {
  static let title = "Listen TLS"
  static let noun = "`tls` of `listen`"
  static let introduction = "Paths are relative to the folder of definitions."

  let certificates = Key<[CertificateSetting]>(
    "certificates", .list(of: .table(CertificateKeys.self, ListenTLSDecoder.certificate), isEmptyAllowed: false),
    required: true,
    "A client gets the one that has the name it asks for, an exact name before a wildcard; the first where it names "
      + "none, or one that none has.",
    example: "[{ certificate: certs/shop.pem, key: certs/shop.key }]")
  let minVersion = Key<TLSListenerPlan.Version>(
    "minVersion", .choice(), default: "\"\(Defaults.listenTLS.minVersion.rawValue)\"", "The oldest version of TLS.",
    example: "\"1.3\"")
  let ciphers = Key<String>(
    "ciphers", .ciphers(), default: Defaults.listenTLS.ciphers,
    "Of TLS 1.2, in OpenSSL's syntax; those of TLS 1.3 are all secure and always on.", example: "ECDHE+AESGCM")
  let clientCertificates = Key<TLSListenerPlan.ClientCertificates>(
    "clientCertificates", .table(ClientCertificatesKeys.self, ListenTLSDecoder.clientCertificates), default: "none",
    "Asks clients for a certificate of their own.", example: "{ ca: certs/clients.pem }")
}

/// One certificate of a listener.
struct CertificateKeys: KeySet {
  static let title = "Certificate"
  static let noun = "a certificate"
  static let introduction =
    "It has `certificate` and `key`, or `pkcs12`. Its names are its subject alternative names."

  let certificate = Key<String>(
    "certificate", .file(), "PEM file: the certificate, then those that lead to an authority.",
    example: "certs/shop.pem")
  let key = Key<String>("key", .file(), "PEM file of its private key.", example: "certs/shop.key")
  let pkcs12 = Key<String>("pkcs12", .file(), "PKCS #12 file of both.", example: "certs/shop.p12")
  let passphrase = Key<Secret<String>>(
    "passphrase", .secret(), default: "none",
    "Of an encrypted key or a PKCS #12 file, in ASCII; `${env.NAME}` or `{ file: path }`.",
    example: "{ file: /run/secrets/shop-key }")

  static var relations: [KeyRelation] {
    [
      .oneOf(["certificate", "pkcs12"]), .needs("certificate", ["key"]), .needs("key", ["certificate"]),
    ]
  }
}

/// Certificates of clients.
struct ClientCertificatesKeys: KeySet {
  static let title = "Client certificates"
  static let noun = "`clientCertificates`"
  static let introduction = "A certificate that does not verify fails the handshake, whatever `verify` says."

  let ca = Key<String>(
    "ca", .file(), required: true,
    "PEM or DER file of the authorities to trust, or of single certificates of clients.",
    example: "certs/clients.pem")
  let verify = Key<TLSListenerPlan.ClientCertificates.Verification>(
    "verify", .choice(), default: Defaults.clientCertificates.verification.rawValue,
    "`require` lets in none without a certificate, `request` does.", example: "request")
  let crl = Key<String>(
    "crl", .file(), default: "none", "PEM or DER file of the certificates that were revoked.",
    example: "certs/clients.crl")
}
