import Plans
import TLS

/// Decodes `tls` of a listener, and looks into the files that it names.
enum ListenTLSDecoder {
  static func tls(_ reader: MappingReader<ListenTLSKeys>) -> TLSListenerPlan? {
    let certificates = reader[\.certificates]
    checkNames(certificates ?? [], reader.loading)
    var plan = TLSListenerPlan(certificates: (certificates ?? []).map(\.plan))
    plan.minVersion = reader[\.minVersion] ?? plan.minVersion
    plan.ciphers = reader[\.ciphers] ?? plan.ciphers
    plan.clientCertificates = reader[\.clientCertificates]
    if plan.minVersion == .tls13, let pair = reader.pair(\.ciphers) {
      reader.loading.warn(pair.key, "`ciphers` is of TLS 1.2, which `minVersion` leaves out", hint: "remove it")
    }
    return certificates == nil ? nil : plan
  }

  /// Warns of names that clients get another certificate for.
  private static func checkNames(_ certificates: [CertificateSetting], _ loading: Loading) {
    let shared = CertificateNames(certificates.map(\.names)).shared
    for (index, certificate) in certificates.enumerated() {
      let names = shared.filter { $0.second == index }
      guard let first = names.first else { continue }
      loading.warn(
        certificate.place,
        "the certificate at \(certificates[first.first].place.location) has \(names.map(\.name).quoted), too, and is "
          + "the one that clients get")
    }
  }

  static func certificate(_ reader: MappingReader<CertificateKeys>) -> CertificateSetting? {
    guard let plan = files(reader) else { return nil }
    let reading = CertificateReading(plan)
    reader.report(reading.faults)
    return CertificateSetting(plan: plan, names: reading.names, place: reader.node)
  }

  private static func files(_ reader: MappingReader<CertificateKeys>) -> CertificateFiles? {
    let (certificate, key, pkcs12) = (reader[\.certificate], reader[\.key], reader[\.pkcs12])
    let passphrase = reader[\.passphrase]
    let apart = reader.pair(\.certificate) ?? reader.pair(\.key)
    if reader.pair(\.pkcs12) != nil {
      if let apart { reader.loading.report(apart.key, "`pkcs12` holds it already; `\(apart.name)` is in its place") }
      return pkcs12.map { CertificateFiles(.pkcs12($0), passphrase: passphrase) }
    }
    if apart == nil {
      reader.loading.report(reader.node, "a certificate needs `certificate` and `key`, or `pkcs12`")
    }
    reader.checkTogether(\.certificate, \.key)
    // A passphrase that can't be read is told of; that the key is encrypted is no news then.
    guard let certificate, let key, passphrase != nil || reader.pair(\.passphrase) == nil else { return nil }
    return CertificateFiles(.pem(certificate: certificate, key: key), passphrase: passphrase)
  }

  static func clientCertificates(
    _ reader: MappingReader<ClientCertificatesKeys>
  ) -> TLSListenerPlan.ClientCertificates? {
    let (authorities, verification, revocations) = (reader[\.ca], reader[\.verify], reader[\.crl])
    guard let authorities else { return nil }
    var plan = TLSListenerPlan.ClientCertificates(authorities: authorities)
    plan.verification = verification ?? plan.verification
    plan.revocations = revocations
    reader.report(ClientCertificateReading(plan).faults)
    return plan
  }
}

extension MappingReader {
  /// Tells what is wrong with files at the keys that name them.
  fileprivate func report(_ faults: [CertificateFault]) {
    for fault in faults {
      guard let place = pair(fault.subject.rawValue)?.value else { continue }
      let file = fault.subject == .passphrase ? (pair("key") ?? pair("pkcs12"))?.value : place
      let message = "`\(file?.text ?? "")` \(fault.message)"
      if fault.isWarning {
        loading.warn(place, message, hint: fault.hint)
      } else {
        loading.report(place, message, hint: fault.hint)
      }
    }
  }
}
