import Plans

/// What a definition says of a certificate, what it is of, and where.
struct CertificateSetting {
  let plan: CertificateFiles
  /// As `CertificateReading` has them.
  let names: [String]
  let place: YAMLNode
}
