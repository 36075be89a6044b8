import Caching
import Composing
import Files
import Front
import Idempotency
import Identity
import Limiting
import Logging
import Plans
import Policies
import Proxying
import Upstream

/// The stages between a request and the work of its route, from the outside in: the order of these cases is the order
/// in which every request meets them, and answers the other way round.
enum StageName: String, CaseIterable {
  case secure, cors, compress, address
  case limit
  case auth
  case limitByIdentity
  case refuse, body
  case limitByBody
  case waf, idempotency, cache

  /// In logs and `explain`: one word for limits wherever they stand.
  var label: String {
    switch self {
    case .limitByIdentity, .limitByBody: StageName.limit.rawValue
    default: rawValue
    }
  }

  func applies(to route: RoutePlan) -> Bool {
    switch self {
    case .secure: route.policies.isSecure
    case .cors: route.policies.cors != nil
    case .compress: route.policies.compress != nil
    case .address: route.policies.addresses != nil
    case .limit: route.policies.limits?.applies(at: .head) == true
    case .auth: route.policies.auth != nil
    case .limitByIdentity: route.policies.limits?.applies(at: .identity) == true
    case .refuse: route.policies.refusals != nil
    case .body: route.policies.bodyLimit != nil || route.collectsBody
    case .limitByBody: route.policies.limits?.applies(at: .body) == true
    case .waf: route.policies.waf != nil
    case .idempotency: route.policies.idempotency != nil
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
  /// What counts for limits.
  let limiters: Limiters
  let policyLog: PolicyLog
  /// What claims the keys of requests.
  let claims: ClaimLoops
  let logger: Logger
  let writes: WritesUnderWay
  let providers: Providers
  let inspections: InspectionThreads

  func route(_ route: RoutePlan) -> Route {
    let work = work(of: route)
    return Route(
      name: route.name, stages: StageName.of(route).compactMap { stage($0, route, work) }, work: work,
      rules: AnswerRules(route.policies.answers))
  }

  private func work(of route: RoutePlan) -> any Endpoint {
    switch route.work {
    case .proxy(let proxy):
      ProxyEndpoint(
        proxy, backend: plan.backends[proxy.request.backend], lanes: clients.map { TransferLane($0) }, logger: logger)
    case .redirect(let redirect): RedirectEndpoint(redirect)
    case .files(let files): FilesEndpoint(files, logger: logger)
    case .composite(let composite):
      CompositeEndpoint(
        Composer(composite, backends: plan.backends, route: route.identity), callers: clients.map { DirectCaller($0) },
        caches: KeptCalls(route.name, composite, plan.backends, cache, logger),
        maximumBody: route.policies.bodyLimit ?? plan.process.limits.bodyBytes,
        log: OutcomeLog(logger: logger, route: route.name), writes: writes)
    }
  }

  private func stage(_ name: StageName, _ route: RoutePlan, _ work: any Endpoint) -> (any Stage)? {
    switch name {
    case .secure:
      let own = route.policies.answers.responseHeaders?.templates.map { $0.name.lowercased() } ?? []
      return SecureStage(keeping: Set(own))
    case .cors: return route.policies.cors.map { CORSStage($0) }
    case .compress: return route.policies.compress.map { CompressStage($0) }
    case .address: return route.policies.addresses.map { AddressStage($0) }
    case .auth: return route.policies.auth.map { AuthStage($0, providers[$0], policyLog) }
    case .refuse: return route.policies.refusals.map { RefuseStage($0) }
    case .body:
      let max = route.policies.bodyLimit ?? plan.process.limits.bodyBytes
      guard route.collectsBody else { return BodyLimitStage(max: max) }
      // Who only looks refuses no body for its length.
      let onlyLooks =
        route.isStreamed && route.policies.bodyLimit == nil && !route.policies.readBody
        && route.policies.waf?.mode == .detect
      return BodyStage(max: max, beyond: onlyLooks ? .streamed : .refused)
    case .limit: return limitStage(.head, route)
    case .limitByIdentity: return limitStage(.identity, route)
    case .limitByBody: return limitStage(.body, route)
    case .waf:
      return route.policies.waf.map {
        WAFStage($0, hasBody: route.collectsBody, threads: inspections, policyLog)
      }
    case .idempotency: return route.policies.idempotency.map { IdempotencyStage($0, claims) }
    case .cache:
      guard let cache, let work = work as? CompositeEndpoint, let rules = work.composer.plan.cache else { return nil }
      return CacheStage(work, RouteCache(route, work.composer.plan, rules, plan, cache, logger))
    }
  }

  private func limitStage(_ place: LimitPlan.Place, _ route: RoutePlan) -> LimitStage? {
    guard let limits = route.policies.limits else { return nil }
    let isFirst = LimitPlan.Place.allCases.first { limits.applies(at: $0) } == place
    return LimitStage(
      limits.limits(at: place), plans: limits.plans(at: place), isFirst: isFirst, limiters, policyLog)
  }
}

extension RoutePlan {
  fileprivate var isStreamed: Bool {
    if case .proxy = work { true } else { false }
  }

  /// The body is held as a whole: it is read by the definition, or to be inspected before it is streamed on.
  fileprivate var collectsBody: Bool {
    composite?.reads.body == true || policies.readBody || isStreamed && policies.waf != nil
  }
}

extension Site {
  convenience init(_ stack: Stack) {
    self.init(
      router: Router(stack.plan.routes), routes: stack.plan.routes.map { stack.route($0) },
      rules: AnswerRules(stack.plan.answers))
  }
}
