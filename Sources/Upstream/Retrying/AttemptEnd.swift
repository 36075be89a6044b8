import Glibc
import Messages
import Transfers

/// An attempt that has ended, as far as retrying it is concerned.
struct AttemptEnd: Sendable {
  let outcome: AttemptOutcome
  /// A byte of the request may have reached the backend. Where none has, nothing can have been done, so that even an
  /// unsafe request may be tried elsewhere (RFC 9110 §9.2.2).
  var wasSent = true
  /// The pause that the response asks for.
  var retryAfter: Duration?

  /// The request may have been done, though it is tried again.
  var leavesDoubt: Bool {
    if case .status(let status) = outcome { return StatusEffect(status) != .none }
    return wasSent
  }

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

/// The outcome of one attempt, as far as retrying it is concerned.
enum AttemptOutcome: Equatable, Sendable {
  case connect
  case timeout
  /// A whole response, or with streams its head.
  case status(Int)
  /// Anything that is never retried: a broken or too large response, a cancelled call, one that was never sent.
  case other

  init(_ failure: CallFailure) {
    switch failure {
    case .connect: self = .connect
    case .timeout: self = .timeout
    case .queue, .circuitOpen, .invalid, .cancelled: self = .other
    }
  }
}

/// The time for which a response asks to be left alone (RFC 9110 §10.2.3): seconds, or a date.
package enum RetryAfter {
  /// Statuses whose `Retry-After` is heard: too many requests, and unavailable. Elsewhere it is no promise about the
  /// next attempt.
  static func counts(for status: Int) -> Bool { status == 429 || status == 503 }

  /// The longest pause in seconds; longer ones are beyond every deadline, too.
  static let longest = 24 * 3600

  /// `nil` where the text says nothing. A date that has passed is no time at all.
  /// - Parameter now: seconds since 1970.
  package static func wait(_ text: String, at now: Int) -> Duration? {
    if let seconds = PeerNumber(digits: text.utf8) { return .seconds(seconds.clamped(to: 0...longest)) }
    return HTTPTime.seconds(text).map { .seconds(min(max(0, $0 - now), longest)) }
  }
}

extension CallFailure {
  init(_ failure: TransferFailure) {
    switch failure {
    case .timeout: self = .timeout
    case .connect(let text): self = .connect(text)
    case .invalid(let text): self = .invalid(text)
    case .tooLarge: self = .invalid("larger than maxResponse")
    case .cancelled: self = .cancelled
    }
  }

  /// Makes the failure of a breaker that lets nothing through for so long; whole seconds, rounded up.
  static func circuitOpen(for time: Duration) -> CallFailure {
    let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return .circuitOpen(retryAfter: Int(clamping: max(1, rest > 0 ? seconds + 1 : seconds)))
  }
}
