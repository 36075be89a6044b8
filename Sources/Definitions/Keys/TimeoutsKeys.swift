import Plans

/// How long a client may take.
struct TimeoutsKeys: KeySet {
  static let title = "Timeouts"
  static let noun = "`timeouts`"
  static let introduction = "They are about clients; routes and backends have their own."

  let idle = Key<Duration>(
    "idle", .duration(.milliseconds(100)...(.seconds(3600))), default: ProcessPlan().timeouts.idle.written,
    "A connection without a request.",
    example: "30s")
  let head = Key<Duration>(
    "head", .duration(.milliseconds(100)...(.seconds(3600))), default: ProcessPlan().timeouts.head.written,
    "From a head's first byte to its last.",
    example: "5s")
  let body = Key<Duration>(
    "body", .duration(.milliseconds(100)...(.seconds(3600))), default: ProcessPlan().timeouts.body.written,
    "Between two pieces of a request's body, or of an answer that the client takes.", example: "10s")
  let bodyGrace = Key<Duration>(
    "bodyGrace", .duration(.zero...(.seconds(3600))), default: ProcessPlan().timeouts.bodyGrace.written,
    "How long a request's body may take before `limits.bodyRate` counts.", example: "30s")
}
