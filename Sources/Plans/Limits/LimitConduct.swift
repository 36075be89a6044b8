/// What a limit does besides counting. Of the limits of one request, the strictest conduct counts.
package struct LimitConduct: Hashable, Sendable {
  package enum Store: String, CaseIterable, Hashable, Sendable {
    /// In Redis, where the process has one.
    case shared
    /// In the process.
    case local
  }

  /// What becomes of a request while Redis can't be asked, from lenient to strict.
  package enum RedisFailure: Int, Comparable, Sendable {
    /// It is let through, uncounted.
    case allow
    /// It is counted in the process, by each gateway for itself.
    case local
    /// It is answered with 503.
    case deny

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// What is told of limits, from most to least.
  package enum Headers: Int, Comparable, Sendable {
    /// `RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers has them.
    case standard
    /// `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`, of its older versions.
    case separate
    case off

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  package var store = Store.shared
  package var onRedisFailure = RedisFailure.local
  package var headers = Headers.standard

  package init() {}
}
