import Front
import Plans

/// Knows clients by certificates that a listener has verified. *Immutable.*
package final class CertificateProvider: IdentityProvider {
  package let plan: ProviderPlan
  package let challenge: Challenge? = nil
  private let wanted: CertificatePlan

  package init(_ provider: ProviderPlan, _ plan: CertificatePlan) {
    self.plan = provider
    wanted = plan
  }

  package func credential(of request: IncomingRequest) -> Credential {
    request.client.certificate.map { .present($0.subject) } ?? .absent
  }

  package func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    guard let certificate = exchange.request.client.certificate, admits(certificate) else {
      return .invalid("the certificate of \(credential) is not wanted")
    }
    return .verified(ClientIdentity(provider: plan.name, subject: certificate.subject))
  }

  private func admits(_ certificate: ClientCertificate) -> Bool {
    if wanted.fingerprints.isEmpty, wanted.subjects.isEmpty, wanted.sans.isEmpty { return true }
    return wanted.fingerprints.contains(certificate.fingerprint)
      || wanted.subjects.contains { Self.matches(certificate.subject, subject: $0) }
      || wanted.sans.contains { pattern in certificate.sans.contains(where: pattern.matches) }
  }

  /// The `,` before the star is a part's end: no value can hold it unescaped.
  static func matches(_ subject: String, subject pattern: String) -> Bool {
    guard pattern.hasSuffix("*") else { return equals(subject, pattern) }
    let start = pattern.dropLast()
    if start.utf8.last == UInt8(ascii: ","), equals(subject, String(start.dropLast())) { return true }
    return hasPrefix(subject, String(start))
  }

  private static func equals(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && hasPrefix(left, right)
  }

  private static func hasPrefix(_ text: String, _ start: String) -> Bool {
    text.utf8.count >= start.utf8.count
      && zip(text.utf8, start.utf8).allSatisfy { HeaderName.lower($0) == HeaderName.lower($1) }
  }
}
