import COpenSSL
import Glibc
import NIOSSL
import Plans
import Timing

/// What is in the files of a certificate, and all that is wrong with it: for `check`, the start and reloads alike.
/// *Immutable.*
package struct CertificateReading: Sendable {
  /// An end that is nearer is warned of, in seconds.
  package static let shortestLife = 14 * 86_400

  /// There where nothing is wrong but what is warned of.
  package private(set) var certificate: ServedCertificate?
  /// The hosts that the certificate is of, in lower case, also where it can't be served.
  package private(set) var names: [String] = []
  package private(set) var faults: [CertificateFault] = []

  /// Blocks.
  /// - Parameter now: seconds since 1970.
  package init(_ files: CertificateFiles, at now: Int = time(nil)) {
    let passphrase = files.passphrase?.revealed
    switch files.form {
    case .pem(let certificatePath, let keyPath):
      let chain = read(certificatePath, .certificate) { file throws(CertificateFault) in try PEMFile.certificates(file)
      }
      let key = read(keyPath, .key, isOpen: passphrase == nil) { file throws(CertificateFault) in
        try PEMFile.key(file, passphrase)
      }
      take(chain, .certificate, certificatePath, key, .key, keyPath, now)
    case .pkcs12(let path):
      let contents = read(path, .pkcs12, isOpen: passphrase == nil) { file throws(CertificateFault) in
        try PKCS12File.contents(file, passphrase)
      }
      take(contents?.chain, .pkcs12, path, contents?.key, .pkcs12, path, now)
    }
  }

  /// - Parameter isOpen: it holds a key that no passphrase guards.
  private mutating func read<Value>(
    _ path: String, _ subject: CertificateFault.Subject, isOpen: Bool = false,
    _ parse: (CertificateFile) throws(CertificateFault) -> Value
  ) -> Value? {
    do throws(CertificateFault) {
      let file = try CertificateFile(path, as: subject)
      let value = try parse(file)
      if isOpen, file.isReadByOthers {
        warn(subject, path, "is a private key that others may read (mode 0\(String(file.mode, radix: 8)))", "chmod 600")
      }
      return value
    } catch {
      faults.append(error)
      return nil
    }
  }

  private mutating func take(
    _ chain: [NIOSSLCertificate]?, _ subject: CertificateFault.Subject, _ path: String,
    _ key: NIOSSLPrivateKey?, _ keySubject: CertificateFault.Subject, _ keyPath: String, _ now: Int
  ) {
    guard let chain, let leaf = chain.first else { return }
    names = leaf._subjectAlternativeNames().filter { $0.nameType == .dnsName }.map {
      String(decoding: $0.contents, as: UTF8.self).lowercased()
    }
    checkTimes(of: chain, subject, path, now)
    if leaf._subjectAlternativeNames().isEmpty {
      warn(
        subject, path, "has no subject alternative name, and clients look at no other", "a common name does not count")
    }
    guard let key else { return }
    if !Self.fits(leaf, key) {
      let other = chain.firstIndex { Self.fits($0, key) }
      faults.append(
        CertificateFault(
          keySubject, keyPath, "does not fit the certificate",
          hint: other.map { "it is of certificate \($0 + 1) in that file: put this first" }))
    }
    guard faults.allSatisfy(\.isWarning) else { return }
    certificate = ServedCertificate(chain: chain, key: key, names: names)
  }

  private mutating func checkTimes(
    of chain: [NIOSSLCertificate], _ subject: CertificateFault.Subject, _ path: String, _ now: Int
  ) {
    let (begin, end) = (chain[0].notValidBefore, chain[0].notValidAfter)
    if end < now {
      faults.append(CertificateFault(subject, path, "expired on \(Self.day(end))", hint: "renew it"))
    } else if begin > now {
      faults.append(CertificateFault(subject, path, "is not valid before \(Self.day(begin))"))
    } else if end - now < Self.shortestLife {
      let days = (end - now) / 86_400
      let left = days == 0 ? "within a day" : "in \(days) day\(days == 1 ? "" : "s")"
      warn(subject, path, "expires on \(Self.day(end)), \(left)", "renew it")
    }
    // Some of these are there for old clients alone.
    for (index, other) in chain.enumerated().dropFirst() where other.notValidAfter < now {
      warn(subject, path, "has a chain whose certificate \(index + 1) expired on \(Self.day(other.notValidAfter))")
    }
  }

  private mutating func warn(
    _ subject: CertificateFault.Subject, _ path: String, _ message: String, _ hint: String? = nil
  ) {
    faults.append(CertificateFault(subject, path, message, hint: hint, isWarning: true))
  }

  /// By OpenSSL: NIOSSL compares the two only for a context, and never lets go of one that can't be made.
  private static func fits(_ certificate: NIOSSLCertificate, _ key: NIOSSLPrivateKey) -> Bool {
    guard let certificate = try? certificate.toDERBytes(), let key = try? key.derBytes else { return false }
    return weft_x509_has_key(certificate, certificate.count, key, key.count) == 1
  }

  /// `2026-11-26`, in UTC.
  static func day(_ seconds: Int) -> Substring { Timestamp.text(seconds: seconds, milliseconds: 0).prefix(10) }
}
