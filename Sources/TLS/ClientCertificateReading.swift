import Glibc
import NIOSSL
import Plans

/// Whose certificates clients may have, read from files, and what is wrong with these. *Immutable.*
package struct ClientCertificateReading: Sendable {
  /// Authorities, or single certificates of clients; none where an error was found.
  package private(set) var authorities: [NIOSSLCertificate] = []
  /// There where no error was found.
  package private(set) var verifier: ClientVerifier?
  package private(set) var faults: [CertificateFault] = []

  /// Blocks.
  /// - Parameter now: seconds since 1970.
  package init(_ plan: TLSListenerPlan.ClientCertificates, at now: Int = time(nil)) {
    do throws(CertificateFault) {
      authorities = try Self.authorities(try CertificateFile(plan.authorities, as: .ca))
      for (index, authority) in authorities.enumerated() where authority.notValidAfter < now {
        faults.append(
          CertificateFault(
            .ca, plan.authorities,
            "expired on \(CertificateReading.day(authority.notValidAfter))"
              + (authorities.count > 1 ? " (certificate \(index + 1) in it)" : ""),
            hint: "no client can be verified by it", isWarning: true))
      }
    } catch {
      faults.append(error)
    }
    do throws(CertificateFault) {
      let lists = try plan.revocations.map { path throws(CertificateFault) in try CertificateFile(path, as: .crl) }
      let verifier = try ClientVerifier(authorities, file: plan.authorities, lists: lists)
      if verifier.hasPastList, let path = plan.revocations {
        faults.append(
          CertificateFault(
            .crl, path, "holds a list that was to be replaced by now", hint: "no client is verified with it",
            isWarning: true))
      }
      if faults.allSatisfy(\.isWarning) { self.verifier = verifier }
    } catch {
      faults.append(error)
    }
  }

  private static func authorities(_ file: CertificateFile) throws(CertificateFault) -> [NIOSSLCertificate] {
    guard file.isDER else { return try PEMFile.certificates(file, as: .ca) }
    if let certificate = try? NIOSSLCertificate(bytes: file.bytes, format: .der) { return [certificate] }
    throw CertificateFault(.ca, file.path, "holds no certificate, in PEM or DER")
  }
}
