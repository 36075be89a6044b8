import Plans

/// Decodes `limit`: the nearest of the route's, its file's and the gateway's, with the next level in the place of
/// `base`.
struct LimitDecoder {
  let reader: MappingReader<RouteKeys>
  let scope: RouteScope
  let position: RouteScope.Position
  /// The names of limits that have none of their own, by where they stand.
  let names: (route: String, file: String)

  /// What limits of gateway.yaml's `defaults` are called.
  private static let defaults = "defaults"

  func decode() -> RouteLimits? {
    guard reader[\.limit] != nil else { return nil }
    reader.checkBase("limit")
    let all = reader.elements("limit")
    let limits = all.filter { $0.node.text != LimitKeys.plan }.compactMap { limit($0.node, named: name(of: $0.level)) }
    let plans = all.first { $0.node.text == LimitKeys.plan }.flatMap { self.plans($0.node) }
    return limits.isEmpty && plans == nil ? nil : RouteLimits(limits, plans: plans)
  }

  /// The plans of the gateway, for a route that knows who its clients are.
  private func plans(_ node: YAMLNode) -> ClientPlans? {
    if scope.providers?.isEmpty == true {
      scope.report(
        node, "`limit: plan` counts by who the client is, and the route has no `auth`",
        hint: "give the route `auth`, or another `limit`")
    }
    if scope.loading.plans == nil, scope.loading.isWithoutPlans {
      scope.report(
        node, "`limit: plan` needs plans, and gateway.yaml defines none",
        hint: "write `plans: { gold: { limit: 1000/m } }` there")
    }
    let plans = scope.loading.plans
    if let plans, let providers = scope.providers, !providers.isEmpty, !providers.contains(where: \.givesPlans),
      !plans.plans.contains(where: { $0.name == ClientPlans.fallback })
    {
      let names = providers.map(\.name).quoted
      scope.loading.warn(
        node, "nobody may come in: no client of \(names) has a plan, and there is no plan `default`",
        hint: "write `default: { limit: 10/m }` in `plans`")
    }
    return plans
  }

  private func name(of level: YAMLNode.Pair) -> String {
    switch reader.place(of: level) {
    case .route: names.route
    case .file: names.file
    case .gateway: Self.defaults
    }
  }

  private func limit(_ node: YAMLNode, named name: String) -> LimitPlan? {
    let loading = scope.loading
    // What it reads decides where it stands, so each limit has a scope of its own.
    let scope = scope.fresh()
    var templates = TemplateReader(scope)
    var plan = LimitPlan(name, .computed(TextTemplate(constant: .null, source: "")))
    var rate = node
    if node.pairs != nil {
      guard let reader = MappingReader<LimitKeys>(node, loading) else { return nil }
      Self.readConduct(reader, &plan)
      plan.name = reader[\.name] ?? name
      plan.by = reader[\.by].flatMap { by($0, &templates) }
      plan.cost = reader[\.cost].flatMap { cost($0, &templates) }
      guard let node = reader[\.rate] else { return nil }
      rate = node
    }
    guard let allowance = Self.allowance(rate, burst: plan.burst, loading, templates: &templates, position) else {
      return nil
    }
    plan.allowance = allowance
    plan.reads = scope.reads
    plan.env = scope.environment
    Self.warnOfLoss(plan, rate, loading)
    return plan
  }

  /// `nil` for the client's address, which needs no template.
  private func by(_ node: YAMLNode, _ templates: inout TemplateReader) -> TextTemplate? {
    let template = templates.text(node, expected: "a template", position)
    if let template, template.constantValue?.text.isEmpty == true {
      scope.loading.report(
        node, "`by` is empty, so nothing would be counted", hint: "write `all` for one counter of all")
    }
    return template?.source == "${client.ip}" ? nil : template
  }

  /// What can't give a number would keep every request out.
  private func cost(_ node: YAMLNode, _ templates: inout TemplateReader) -> TextTemplate? {
    guard let template = templates.text(node, expected: "a number", position) else { return nil }
    let number = template.constantValue.map { $0.isNull ? 1 : $0.numberText.flatMap(Double.init) ?? -1 }
    if template.isSingleExpression, number ?? 1 >= 0 { return template }
    scope.loading.report(
      node, "`cost` is a number from 0 on, or one `${…}` that gives one",
      hint: template.constantValue?.string?.utf8.allSatisfy { (0x30...0x39).contains($0) } == true && node.isOnlyQuoted
        ? "remove the quotes" : nil)
    return nil
  }

  static func readConduct(_ reader: MappingReader<LimitKeys>, _ plan: inout LimitPlan) {
    plan.burst = reader[\.burst]
    plan.ipv6Prefix = reader[\.ipv6Prefix] ?? plan.ipv6Prefix
    plan.conduct.headers = reader[\.headers] ?? plan.conduct.headers
    plan.conduct.store = reader[\.store] ?? plan.conduct.store
    plan.conduct.onRedisFailure = reader[\.onRedisFailure] ?? plan.conduct.onRedisFailure
  }

  // MARK: Rates

  /// A rate that is known at load; `nil` after reporting, and for a template of a request.
  static func allowance(_ node: YAMLNode, burst: Int?, _ loading: Loading) -> LimitPlan.Allowance? {
    isComputed(node) ? nil : constant(node, burst: burst, loading).map { .fixed($0) }
  }

  /// A rate that is known at load; `nil` after reporting.
  static func constant(_ node: YAMLNode, burst: Int?, _ loading: Loading) -> LimitRate? {
    guard let setting = SettingText(node, loading, expected: "a rate such as `100/15m`") else { return nil }
    do throws(LimitRate.Fault) {
      return try LimitRate(setting.text, burst: burst)
    } catch {
      loading.report(node, "\(setting.shown) \(error.words)")
      return nil
    }
  }

  private static func allowance(
    _ node: YAMLNode, burst: Int?, _ loading: Loading, templates: inout TemplateReader,
    _ position: RouteScope.Position
  ) -> LimitPlan.Allowance? {
    guard isComputed(node) else { return allowance(node, burst: burst, loading) }
    return templates.text(node, expected: "a rate", position).map { .computed($0) }
  }

  /// More is read than the environment.
  private static func isComputed(_ node: YAMLNode) -> Bool {
    guard let text = node.text, text.contains("${"), let template = try? TextTemplate.compile(text) else {
      return false
    }
    return template.references.contains { $0.path.first != ScopeName.env.rawValue }
  }

  /// A day's or a month's count is gone with the process.
  static func warnOfLoss(_ plan: LimitPlan, _ rate: YAMLNode, _ loading: Loading) {
    guard case .fixed(let fixed) = plan.allowance, plan.conduct.store == .shared, !loading.hasStateRedis else {
      return
    }
    switch fixed.rate.period {
    case .length: return
    case .day, .month:
      loading.warn(
        rate, "`\(fixed.rate.written)` is counted in this process alone, and begins anew with it",
        hint: "set `redis` in gateway.yaml, or write `store: local` if that is meant")
    }
  }
}
