import Metrics
import Timing

/// A backend as it stands, for those who run the gateway. A value, of about one moment.
package struct BackendStanding: Sendable {
  package let name: String
  /// Empty where no definition that is in use has it any more.
  package let addresses: [BackendCondition.Address]
  /// Attempts under way, over all loops.
  package let inFlight: Int
  /// Attempts that wait for a place.
  package let waiting: Int
  /// Attempts that were made again, since the start.
  package let retries: UInt64
  /// How long attempts have waited for a place, since the start; `nil` where there are none to wait for.
  package let queue: Histogram?
}

extension BackendPool {
  /// All backends that there were, in the order of their names; at most `BackendFigureTable.mostNames` that there are no
  /// more. Any thread.
  package var standings: [BackendStanding] {
    let current = current
    return figures.all.map { name, figures in
      let backend = current[name]
      let queue = figures.queue
      return BackendStanding(
        name: name, addresses: addresses(of: backend), inFlight: figures.inFlight,
        waiting: backend?.gate?.waiting ?? 0, retries: figures.retries,
        queue: backend?.gate != nil || queue.count > 0 ? queue : nil)
    }.sorted { $0.name < $1.name }
  }

  private func addresses(of backend: Backend?) -> [BackendCondition.Address] {
    guard let backend else { return [] }
    let now = Instant.now()
    return backend.addresses.map { BackendCondition.Address($0, isProbed: backend.health != nil, at: now) }
  }
}
