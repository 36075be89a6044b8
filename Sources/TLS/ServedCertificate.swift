import NIOSSL
import Plans

/// A certificate, those that lead to its authority, and its key, which fits. *Immutable.*
package struct ServedCertificate: Sendable {
  /// Its own first.
  package let chain: [NIOSSLCertificate]
  package let key: NIOSSLPrivateKey
  /// The hosts that it is of, in lower case, `*.` and all.
  package let names: [String]

  /// In seconds since 1970.
  package var notAfter: Int { chain[0].notValidAfter }
}

/// All certificates of a listener. *Immutable.*
package struct ServedCertificates: Sendable {
  /// At least one.
  package let all: [ServedCertificate]
  private let names: CertificateNames

  /// From the files of a definition. Blocks. Throws the first thing that is wrong; warnings are told by
  /// `CertificateReading`.
  package init(_ files: [CertificateFiles]) throws(CertificateFault) {
    var all: [ServedCertificate] = []
    for files in files {
      let reading = CertificateReading(files)
      if let fault = reading.faults.first(where: { !$0.isWarning }) { throw fault }
      if let certificate = reading.certificate { all.append(certificate) }
    }
    self.all = all
    names = CertificateNames(all.map(\.names))
  }

  /// The one for clients that ask for this host; the first where they ask for none, or for one that none is of.
  package func certificate(for serverName: String?) -> ServedCertificate { all[index(for: serverName)] }

  /// Its place in `all`.
  func index(for serverName: String?) -> Int { serverName.map { names.index(of: $0) } ?? 0 }
}
