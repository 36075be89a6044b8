import Caching
import Logging
import Plans

/// The part of the cache that a route's calls have. *Immutable*.
struct KeptCalls: Sendable {
  let cache: CompositeCache
  /// By call; `nil` for those without `cache`.
  let calls: [CallCache?]
  /// The route's answer is kept: what the backends' `Cache-Control` says counts for it.
  let notesControl: Bool

  /// `nil` where neither a call nor the route keeps anything.
  init?(
    _ route: String, _ composite: CompositePlan, _ backends: [BackendPlan], _ cache: CompositeCache?,
    _ logger: Logger
  ) {
    notesControl = composite.cache != nil
    guard let cache, notesControl || composite.calls.contains(where: { $0.cache != nil }) else { return nil }
    self.cache = cache
    calls = composite.calls.map { call in
      call.cache.map { plan in
        CallCache(
          call, plan, backends[call.request.backend], WithheldNotice(logger, route: route, call: call.name))
      }
    }
  }
}
