import Glibc
import Messages

/// An attempt that has ended, as far as retrying it is concerned.
struct AttemptEnd: Sendable {
  let outcome: AttemptOutcome
  /// A byte of the request may have reached the backend. Where none has, nothing can have been done, so that even an
  /// unsafe request may be tried elsewhere (RFC 9110 §9.2.2).
  var wasSent = true
  /// What the answer asks for.
  var retryAfter: Duration?

  init(_ outcome: AttemptOutcome, wasSent: Bool = true, retryAfter: Duration? = nil) {
    self.outcome = outcome
    self.wasSent = wasSent
    self.retryAfter = retryAfter
  }

  /// A response, or with streams its head. `field` finds a header by its lower-case name; it is asked for few statuses.
  init(status: Int, field: (String) -> String?) {
    outcome = .status(status)
    if RetryAfter.counts(for: status), let text = field("retry-after") {
      retryAfter = RetryAfter.wait(text, at: time(nil))
    }
  }
}
