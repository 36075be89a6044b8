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

/// The end of the process.
struct ShutdownKeys: KeySet {
  static let title = "Shutdown"
  static let noun = "`shutdown`"
  static let introduction =
    "After SIGTERM `/readyz` says 503 and answers say `Connection: close`; then no connection is accepted, and what "
    + "runs may finish."

  let delay = Key<Duration>(
    "delay", .duration(.zero...(.seconds(3600))), default: ProcessPlan().shutdown.delay.written,
    "How long connections are still accepted: as long as it takes until those who send requests here have read "
      + "`/readyz`.", example: "5s")
  let drain = Key<Duration>(
    "drain", .duration(.zero...(.seconds(3600))), default: ProcessPlan().shutdown.drain.written,
    "How long running requests may go on after that.", example: "30s"
  )
}
