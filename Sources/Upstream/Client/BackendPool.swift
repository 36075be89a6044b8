import Locking
import Plans
import Synchronization
import Transfers

/// *Guarded by its lock.* All backends of the process, counted by how many sets of definitions have them. Two that are
/// defined alike are one: with its connections, breakers, health, places and retry budgets. One that nobody has any more
/// ends: its probes, and what is kept of its connections.
package final class BackendPool: Sendable {
  private struct Entry {
    let backend: Backend
    let prober: HealthProber?
    /// Of two with one name, the one with the higher number is the newer.
    let number: Int
    var uses = 0
  }

  private let loops: [TransferLoop]
  private let tokens: (any AccessTokenFetcher)?
  private let report: @Sendable (UpstreamEvent) -> Void
  let figures: BackendFigureTable
  private let entries = Locked<[BackendPlan: Entry]>([:])
  private let begun = Atomic<Int>(0)

  /// - Parameters:
  ///   - loops: all that call; the first probes for all of them. Empty: nothing is probed.
  ///   - tokens: what fetches tokens, where a plan has `oauth2`.
  ///   - report: called on any loop's thread; must not block.
  package init(
    loops: [TransferLoop], tokens: (any AccessTokenFetcher)? = nil, report: @escaping @Sendable (UpstreamEvent) -> Void
  ) {
    self.loops = loops
    self.tokens = tokens
    self.report = report
    figures = BackendFigureTable(loops: loops.count)
  }

  /// How many there are.
  package var count: Int { entries.withLock { $0.count } }

  /// The newest of each name.
  var current: [String: Backend] {
    entries.withLock { entries in
      let newest = Dictionary(grouping: entries.values) { $0.backend.name }
      return newest.compactMapValues { $0.max { $0.number < $1.number }?.backend }
    }
  }

  func take(_ plan: BackendPlan) -> Backend {
    let key = plan.identity
    return entries.withLock { entries in
      var entry = entries[key] ?? begin(plan, beside: entries)
      entry.uses += 1
      entries[key] = entry
      return entry.backend
    }
  }

  /// Gives a backend back, once for each `take`.
  func give(_ plan: BackendPlan) {
    let key = plan.identity
    let ended: Entry? = entries.withLock { entries in
      guard var entry = entries[key] else { return nil }
      entry.uses -= 1
      entries[key] = entry.uses > 0 ? entry : nil
      return entry.uses > 0 ? nil : entry
    }
    guard let ended else { return }
    ended.prober?.stop()
    let origins = ended.backend.addresses.map(\.origin)
    for loop in loops { loop.retire(origins) }
  }

  private func begin(_ plan: BackendPlan, beside entries: [BackendPlan: Entry]) -> Entry {
    let backend = Backend(
      plan, tokens: plan.oauth2.map { source(of: $0, among: entries) }, figures: figures.figures(of: plan.name),
      report: report)
    let prober = loops.first.flatMap { loop in
      plan.health.map { _ in
        HealthProber([backend], loop: loop) { [report] in report(.health($0)) }
      }
    }
    prober?.start()
    return Entry(
      backend: backend, prober: prober, number: begun.wrappingAdd(1, ordering: .relaxed).newValue)
  }

  /// One for all that have the same `oauth2`, over generations as well; a new one begins to fetch at once.
  private func source(of plan: OAuth2Plan, among entries: [BackendPlan: Entry]) -> AccessTokenSource {
    if let known = entries.values.lazy.compactMap(\.backend.tokens).first(where: { $0.plan == plan }) { return known }
    guard let tokens else { preconditionFailure("nobody fetches tokens for these backends") }
    let source = AccessTokenSource(plan, by: tokens, from: self)
    source.start()
    return source
  }
}

/// *Immutable.* The backends of one set of definitions, for all loops. What its pool has of the same definition it
/// shares, until it is let go of: when the last call has ended.
package final class Backends: Sendable {
  let all: [Backend]
  let plans: [BackendPlan]
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

  /// The addresses of each, by its name.
  package var origins: [(backend: String, origin: Origin)] {
    all.flatMap { backend in backend.addresses.map { (backend.name, $0.origin) } }
  }

  deinit {
    for plan in plans { pool.give(plan) }
  }
}
