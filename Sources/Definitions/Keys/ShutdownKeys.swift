import Plans

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
