import Caching
import Composing
import Front
import Logging
import Plans

extension Site {
  /// The whole stack in one place: an endpoint for each route of a plan, over the given loops.
  /// - Parameter cache: there where the plan keeps anything.
  init(_ plan: GatewayPlan, transfers: TransferPool, cache: CompositeCache?, state: GatewayState, logger: Logger) {
    let callers = transfers.callers
    let endpoints = plan.routes.map { route -> any Endpoint in
      switch route.work {
      case .proxy(let proxy):
        return ProxyEndpoint(
          proxy, backend: plan.backends[proxy.request.backend], lanes: transfers.lanes, logger: logger)
      case .composite(let composite):
        let endpoint = CompositeEndpoint(
          Composer(composite, backends: plan.backends), callers: callers,
          caches: CallCaches(route.name, composite, plan.backends, cache, state, logger),
          maximumBody: plan.process.limits.bodyBytes, log: OutcomeLog(logger: logger, route: route.name))
        guard let cache, let rules = composite.cache else { return endpoint }
        return CachedEndpoint(endpoint, RouteCache(route, composite, rules, plan, cache, logger), state)
      }
    }
    self.init(router: Router(plan.routes), endpoints: endpoints)
  }
}
