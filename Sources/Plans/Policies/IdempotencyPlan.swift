/// Requests with a key that are worked at once, however often they are sent. A value.
package struct IdempotencyPlan: Hashable, Sendable {
  /// What becomes of a request with a key while Redis can't be asked.
  package enum RedisFailure: String, CaseIterable, Hashable, Sendable {
    /// It is answered with 503.
    case deny
    /// Each gateway knows its own.
    case local
  }

  /// The request's header that has the key.
  package var header = "Idempotency-Key"
  /// How long an answer is kept, from its end on.
  package var ttl: Duration = .seconds(24 * 3600)
  /// A request without a key is refused.
  package var isRequired = false
  /// How long a request waits for the end of the one before it; `nil`: not at all.
  package var wait: Duration?
  package var onRedisFailure = RedisFailure.deny

  package init() {}
}
