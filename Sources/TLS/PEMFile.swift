import NIOSSL

/// What is read from PEM (RFC 7468). Text around the parts is passed over.
enum PEMFile {
  /// In bytes; BoringSSL takes no longer one.
  private static let longestPassphrase = 1023

  /// At least one.
  static func certificates(
    _ file: CertificateFile, as subject: CertificateFault.Subject = .certificate
  ) throws(CertificateFault) -> [NIOSSLCertificate] {
    let text = file.text
    guard text.contains("CERTIFICATE-----") else {
      if text.contains("PRIVATE KEY-----") {
        throw CertificateFault(subject, file.path, "holds a private key, and no certificate")
      }
      throw CertificateFault(
        subject, file.path, "holds no certificate in PEM",
        hint: file.isDER ? "if it is one in DER: `openssl x509 -inform DER -in FILE -out FILE.pem`" : nil)
    }
    do {
      return try NIOSSLCertificate.fromPEMBytes(file.bytes)
    } catch {
      throw CertificateFault(subject, file.path, "holds a certificate that can't be read")
    }
  }

  static func key(_ file: CertificateFile, _ passphrase: String?) throws(CertificateFault) -> NIOSSLPrivateKey {
    let text = file.text
    guard text.contains("PRIVATE KEY-----") else {
      if text.contains("CERTIFICATE-----") {
        throw CertificateFault(.key, file.path, "holds a certificate, and no private key")
      }
      throw CertificateFault(
        .key, file.path, "holds no private key in PEM",
        hint: file.isDER ? "if it is one in DER: `openssl pkey -inform DER -in FILE -out FILE.pem`" : nil)
    }
    guard !text.contains("OPENSSH PRIVATE KEY-----") else {
      throw CertificateFault(.key, file.path, "is a key of OpenSSH, which TLS does not use")
    }
    let isEncrypted = text.contains("ENCRYPTED")
    if isEncrypted, passphrase == nil {
      throw CertificateFault(
        .key, file.path, "is encrypted",
        hint: "give its `passphrase: { file: PATH }`, or `openssl pkey -in FILE -out OPEN`")
    }
    let secret = Array((passphrase ?? "").utf8)
    guard secret.allSatisfy({ $0 < 0x80 }), secret.count <= longestPassphrase else {
      throw CertificateFault(
        .passphrase, file.path, "has a passphrase of more than \(longestPassphrase) characters, or not of ASCII")
    }
    do {
      return try NIOSSLPrivateKey(bytes: file.bytes, format: .pem) { set in set(secret) }
    } catch {
      guard isEncrypted else { throw CertificateFault(.key, file.path, "holds a private key that can't be read") }
      throw CertificateFault(.passphrase, file.path, "can't be opened by this passphrase")
    }
  }
}
