/// Methods that ask for nothing to be changed (RFC 9110 §9.2.1), so that a request may be sent twice. All others count
/// as unsafe, unknown ones too. PUT and DELETE are idempotent by the RFC, but a user who sees an order deleted twice in
/// a log doesn't care: they are repeated on demand only.
package enum SafeMethod {
  package static func contains(_ method: String) -> Bool {
    switch method {
    case "GET", "HEAD", "OPTIONS", "TRACE": true
    default: false
    }
  }
}
