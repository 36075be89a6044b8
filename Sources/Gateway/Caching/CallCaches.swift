import Caching
import Plans

/// The part of the cache that a route's calls have. *Immutable*.
struct CallCaches: Sendable {
  let cache: CompositeCache
  /// By call; `nil` for those without `cache`.
  let calls: [CallCache?]
  /// The backends' `Cache-Control` counts for the route's answer.
  let notesControl: Bool
  let state: GatewayState

  /// `nil` where neither a call keeps anything nor the route asks its backends.
  init?(_ composite: CompositePlan, _ backends: [BackendPlan], _ cache: CompositeCache?, _ state: GatewayState) {
    notesControl = composite.cache?.respectsBackend == true
    guard let cache, notesControl || composite.calls.contains(where: { $0.cache != nil }) else { return nil }
    self.cache = cache
    self.state = state
    calls = composite.calls.map { call in
      call.cache.map { CallCache(call, $0, backends[call.request.backend]) }
    }
  }
}
