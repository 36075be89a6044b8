/// The policy about TLS that browsers are told (RFC 6797).
package struct HSTSPlan: Equatable, Sendable {
  package var maxAge: Duration
  package var includeSubdomains = false
  package var preload = false

  package init(maxAge: Duration) {
    self.maxAge = maxAge
  }

  /// The value of `Strict-Transport-Security`.
  package var fieldValue: String {
    "max-age=\(maxAge.attoseconds / 1_000_000_000_000_000_000)" + (includeSubdomains ? "; includeSubDomains" : "")
      + (preload ? "; preload" : "")
  }
}
