/// What browsers are told of TLS (RFC 6797).
package struct HSTSPlan: Equatable, Sendable {
  package var maxAge: Duration
  package var includeSubdomains = false
  package var preload = false

  package init(maxAge: Duration) {
    self.maxAge = maxAge
  }

  /// Of `Strict-Transport-Security`.
  package var fieldValue: String {
    "max-age=\(maxAge.attoseconds / 1_000_000_000_000_000_000)" + (includeSubdomains ? "; includeSubDomains" : "")
      + (preload ? "; preload" : "")
  }
}
