import Composing
import Front
import Logging
import Plans

extension Site {
  /// The whole stack in one place: an endpoint for each route of a plan, over the given loops.
  init(_ plan: GatewayPlan, transfers: TransferPool, logger: Logger) {
    let callers = transfers.callers
    let endpoints = plan.routes.map { route -> any Endpoint in
      switch route.work {
      case .proxy(let proxy):
        ProxyEndpoint(
          proxy, backend: plan.backends[proxy.request.backend], lanes: transfers.lanes, logger: logger)
      case .composite(let composite):
        CompositeEndpoint(
          Composer(composite, backends: plan.backends), callers: callers,
          maximumBody: plan.process.limits.bodyBytes, log: OutcomeLog(logger: logger, route: route.name))
      }
    }
    self.init(router: Router(plan.routes), endpoints: endpoints)
  }
}
