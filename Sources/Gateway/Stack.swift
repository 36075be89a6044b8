import Caching
import Composing
import Front
import Logging
import Plans
import Proxying
import Upstream

/// The stages between a request and the work of its route, from the outside in: the order of these cases is the order
/// in which every request meets them.
enum StageName: String, CaseIterable {
  case body, cache

  func applies(to route: RoutePlan) -> Bool {
    switch self {
    case .body: route.composite?.reads.body == true
    case .cache: route.composite?.cache != nil
    }
  }

  /// The stages of a route, in their order.
  static func of(_ route: RoutePlan) -> [StageName] { allCases.filter { $0.applies(to: route) } }
}

/// Makes the routes of a plan: the whole stack in one place. *Immutable.*
struct Stack {
  let plan: GatewayPlan
  /// One for each transfer loop.
  let clients: [UpstreamClient]
  /// The cache, where the plan keeps anything.
  let cache: CompositeCache?
  let logger: Logger

  func route(_ route: RoutePlan) -> Route {
    let work = work(of: route)
    return Route(name: route.name, stages: StageName.of(route).compactMap { stage($0, route, work) }, work: work)
  }

  private func work(of route: RoutePlan) -> any Endpoint {
    switch route.work {
    case .proxy(let proxy):
      ProxyEndpoint(
        proxy, backend: plan.backends[proxy.request.backend], lanes: clients.map { TransferLane($0) }, logger: logger)
    case .composite(let composite):
      CompositeEndpoint(
        Composer(composite, backends: plan.backends), callers: clients.map { DirectCaller($0) },
        caches: KeptCalls(route.name, composite, plan.backends, cache, logger),
        maximumBody: plan.process.limits.bodyBytes, log: OutcomeLog(logger: logger, route: route.name))
    }
  }

  private func stage(_ name: StageName, _ route: RoutePlan, _ work: any Endpoint) -> (any Stage)? {
    switch name {
    case .body: return BodyStage(max: plan.process.limits.bodyBytes)
    case .cache:
      guard let cache, let work = work as? CompositeEndpoint, let rules = work.composer.plan.cache else { return nil }
      return CacheStage(work, RouteCache(route, work.composer.plan, rules, plan, cache, logger))
    }
  }
}

extension Site {
  convenience init(_ stack: Stack) {
    self.init(router: Router(stack.plan.routes), routes: stack.plan.routes.map { stack.route($0) })
  }
}
