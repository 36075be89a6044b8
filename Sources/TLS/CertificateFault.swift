/// Something that is wrong with a file that TLS needs, in words.
package struct CertificateFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the file is for: the key of a definition that names it.
  package enum Subject: String, Sendable {
    case certificate, key, pkcs12, passphrase, ca, crl
  }

  /// Clients can be served all the same.
  package var isWarning = false
  package var subject: Subject
  package var file: String
  /// A sentence's end, whose beginning is the file: "expired on 2026-11-26".
  package var message: String
  /// What to do about it.
  package var hint: String?

  init(_ subject: Subject, _ file: String, _ message: String, hint: String? = nil, isWarning: Bool = false) {
    (self.subject, self.file, self.message, self.hint) = (subject, file, message, hint)
    self.isWarning = isWarning
  }

  package var description: String { "\(file) \(message)" + (hint.map { "; \($0)" } ?? "") }
}
