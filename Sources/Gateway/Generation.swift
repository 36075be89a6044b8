import Front
import Identity
import Plans
import Upstream

/// All that one set of definitions decides, made beside the one before and put in its place as a whole. *Immutable.*
///
/// An exchange holds the route that it began with, and by it the backends: so this ends when its last request does,
/// background fetches included. Then those of its backends go that no newer one has.
struct Generation: Sendable {
  /// Its settings of the process are those in effect: what needs a restart is as it was at the start.
  let plan: GatewayPlan
  let site: Site
  /// For what is told of them.
  let backends: Backends

  /// - Parameter kept: with a cache where the plan keeps anything.
  init(_ plan: GatewayPlan, on process: ProcessParts, _ kept: KeptParts) {
    self.plan = plan
    let backends = Backends(plan.backends, from: process.backends)
    self.backends = backends
    let clients = process.transfers.loops.map {
      UpstreamClient(backends: backends, loop: $0, recorder: process.recorder)
    }
    let providers = Providers(
      plan.providers, passwords: process.passwords, apiKeys: kept.apiKeys,
      published: { process.keys[$0.resolved(among: plan.backends)] },
      inquiry: { BackendInquiry($0, plan.backends, clients: clients) })
    site = Site(
      Stack(
        plan: plan, clients: clients, cache: kept.cache, limiters: kept.limiters, policyLog: process.policyLog,
        claims: kept.claims, logger: process.logger, writes: process.writes, providers: providers,
        inspections: process.inspections))
  }
}
