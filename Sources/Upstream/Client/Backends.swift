import Plans
import Synchronization

/// *Immutable*; the little that changes within is guarded where it is, see `Backend`. All backends of a gateway, for
/// all its loops. A reloaded gateway makes a new one, with fresh breakers and health.
package final class Backends: Sendable {
  let all: [Backend]
  private let clients = Atomic<Int>(0)

  /// `report` is called on any loop's thread, and must not block.
  ///
  /// Reads certificate files (by libcurl, at first use, not here) and connects to nothing. Every plan needs at least
  /// one address.
  package init(_ plans: [BackendPlan], report: @escaping @Sendable (UpstreamEvent) -> Void = { _ in }) {
    all = plans.map { Backend($0, report: report) }
  }

  /// A different number for every client, from 0: where it begins to take turns.
  func nextOrdinal() -> Int {
    clients.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}
