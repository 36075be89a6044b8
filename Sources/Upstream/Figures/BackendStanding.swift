import Metrics
import Timing

/// What was done at a backend since the start, and how its addresses are, for the metrics: these tell of backends that no
/// definition has any more as well, and of no rule for how the whole backend is, which is what `BackendCondition` has. A value,
/// of about one moment.
package struct BackendStanding: Sendable {
  package let name: String
  /// Empty where no definition that is in use has it any more.
  package let addresses: [BackendCondition.Address]
  /// Attempts under way, over all loops.
  package let inFlight: Int
  /// Attempts that were made again, since the start.
  package let retries: UInt64
  /// How long attempts have waited for a place, since the start; `nil` where there are none to wait for.
  package let queue: Histogram?
}

extension BackendPool {
  /// All backends that there were, in the order of their names; at most `BackendFigureTable.mostNames` that there are no
  /// more. Any thread.
  package var standings: [BackendStanding] {
    let (current, now) = (current, Instant.now())
    return figures.all.map { name, figures in
      let backend = current[name]
      let queue = figures.queue
      return BackendStanding(
        name: name, addresses: backend?.conditions(at: now) ?? [], inFlight: figures.inFlight,
        retries: figures.retries, queue: backend?.gate != nil || queue.count > 0 ? queue : nil)
    }.sorted { $0.name < $1.name }
  }
}
