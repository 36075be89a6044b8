import Plans

/// *Immutable.* The backends of one set of definitions, for all loops. What its pool has of the same definition it
/// shares, until it is let go of: when the last call has ended.
package final class Backends: Sendable {
  let all: [Backend]
  private let plans: [BackendPlan]
  private let pool: BackendPool

  /// Reads certificate files (by libcurl, at first use, not here) and connects to nothing, but for health probes. Every
  /// plan needs at least one address.
  package init(_ plans: [BackendPlan], from pool: BackendPool) {
    self.plans = plans
    self.pool = pool
    all = plans.map { pool.take($0) }
  }

  /// Shares nothing, and probes nothing.
  /// - Parameter report: as `BackendPool` has it.
  package convenience init(
    _ plans: [BackendPlan], report: @escaping @Sendable (UpstreamEvent) -> Void = { _ in }
  ) {
    self.init(plans, from: BackendPool(loops: [], report: report))
  }

  deinit {
    for plan in plans { pool.give(plan) }
  }
}
