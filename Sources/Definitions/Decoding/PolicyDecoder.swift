import Messages
import Plans

/// Decodes the policies of a route. Each key counts as a whole, the nearest one: the route's, then its file's, then the
/// gateway's.
struct PolicyDecoder {
  let reader: MappingReader<RouteKeys>
  /// Of its own: what policies read is no part of the answer, nor of its key in the cache.
  let scope: RouteScope
  /// `nil` without one, and where it is wrong.
  let auth: AuthPlan?
  let limits: LimitDecoder
  /// Of the route; `nil` where its name is wrong.
  let methods: MethodSet?

  func decode() -> RoutePolicies {
    var policies = RoutePolicies()
    policies.cors = reader[\.cors] ?? nil
    policies.addresses = addresses
    policies.auth = auth
    policies.limits = limits.decode()
    policies.refusals = refusals
    policies.bodyLimit = reader[\.bodyLimit] ?? nil
    policies.waf = reader[\.waf] ?? nil
    policies.idempotency = idempotency
    policies.isSecure = reader[\.secure] == true
    policies.compress = reader[\.compress] ?? nil
    policies.answers = Self.answers(reader, scope.fresh())
    return policies
  }

  /// What holds for all answers, whoever gives them; without headers, which each kind of route reads differently.
  static func answers(_ reader: MappingReader<RouteKeys>, _ scope: RouteScope) -> AnswerPolicies {
    var answers = AnswerPolicies()
    if let node = reader[\.errors] ?? nil {
      var templates = TemplateReader(scope)
      answers.errors = templates.value(node, .errors).map { ErrorsPlan($0) }
    }
    answers.expose = reader[\.expose].flatMap { $0 == ExposePlan() ? nil : $0 }
    return answers
  }

  private var addresses: AddressPlan? {
    scope.loading.addressPlan(reader.pair(\.allow)?.value, reader.pair(\.deny)?.value) {
      let (allow, deny) = (reader[\.allow] ?? nil, reader[\.deny] ?? nil)
      return allow == nil && deny == nil ? nil : AddressPlan(allow: allow, deny: deny ?? [])
    }
  }

  /// Of defaults it is for those routes that have a use for it.
  private var idempotency: IdempotencyPlan? {
    guard let plan = reader[\.idempotency] ?? nil else { return nil }
    guard case .only(let names)? = methods, names.allSatisfy({ SafeMethod.contains($0) }) else {
      warnOfLoss(plan)
      return plan
    }
    if reader.isExplicit(\.idempotency), let pair = reader.pair(\.idempotency) {
      scope.loading.report(
        pair.key, "`idempotency` is for requests that change something; \(names.quoted) may be repeated as it is",
        hint: "remove it")
    }
    return nil
  }

  /// Warns where keys are forgotten with the process, since no Redis has them.
  private func warnOfLoss(_ plan: IdempotencyPlan) {
    guard plan.onRedisFailure != .local, !scope.loading.hasStateRedis, let pair = reader.pair(\.idempotency) else {
      return
    }
    scope.loading.warn(
      pair.key, "keys of `idempotency` are known to this process alone, and forgotten with it",
      hint: "set `redis` in gateway.yaml, or write `onRedisFailure: local` if that is meant")
  }

  // MARK: refuse

  private var refusals: RefusalPlan? {
    guard reader[\.refuse] != nil else { return nil }
    reader.checkBase("refuse")
    var templates = TemplateReader(scope)
    // Of what is no list was told.
    let nodes = reader.elements("refuse").filter { $0.level.value.elements != nil }.map(\.node)
    let rules = nodes.compactMap { rule($0, &templates) }
    guard !rules.isEmpty else { return nil }
    var plan = RefusalPlan(rules)
    plan.reads = scope.reads
    plan.env = scope.environment
    return plan
  }

  private func rule(_ node: YAMLNode, _ templates: inout TemplateReader) -> RefusalPlan.Rule? {
    guard let reader = MappingReader<RefuseKeys>(node, scope.loading) else { return nil }
    let (status, detail) = (reader[\.status], reader[\.detail])
    let when = reader[\.when].flatMap { templates.condition($0, .refusal) }
    guard let when else { return nil }
    var rule = RefusalPlan.Rule(when: when)
    rule.status = status ?? rule.status
    rule.detail = detail
    return rule
  }
}
