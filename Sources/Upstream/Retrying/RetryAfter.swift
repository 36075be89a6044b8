import Messages

/// How long an answer asks to be left alone (RFC 9110 §10.2.3): seconds, or a date.
enum RetryAfter {
  /// Statuses whose `Retry-After` is heard: too many requests, and unavailable. Elsewhere it is no promise about the
  /// next attempt.
  static func counts(for status: Int) -> Bool { status == 429 || status == 503 }

  /// In seconds; longer ones are beyond every deadline, too.
  static let longest = 24 * 3600

  /// `nil` where the text says nothing. A date that has passed is no time at all.
  /// - Parameter now: seconds since 1970.
  static func wait(_ text: String, at now: Int) -> Duration? {
    if let seconds = PeerNumber(digits: text.utf8) { return .seconds(seconds.clamped(to: 0...longest)) }
    return HTTPTime.seconds(text).map { .seconds(min(max(0, $0 - now), longest)) }
  }
}
