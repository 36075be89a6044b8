import Plans

/// The end of the process.
struct ShutdownKeys: KeySet {
  static let title = "Shutdown"
  static let noun = "`shutdown`"
  static let introduction = "After SIGTERM no connection is accepted, and what runs may finish."

  let drain = Key<Duration>(
    "drain", .duration(.zero...(.seconds(3600))), default: ProcessPlan().drain.written,
    "How long running requests may go on.", example: "30s"
  )
}
