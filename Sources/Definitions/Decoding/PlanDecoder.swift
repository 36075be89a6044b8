import Plans

/// Decodes `plans` of gateway.yaml.
enum PlanDecoder {
  /// `nil` without any, and where what is wrong keeps them from being known.
  static func decode(_ reader: MappingReader<GatewayKeys>) -> ClientPlans? {
    guard let pairs = reader[\.plans] else { return nil }
    let loading = reader.loading
    let plans = pairs.map { pair -> ClientPlan? in
      if pair.name.isEmpty { loading.report(pair.key, "a plan needs a name") }
      guard let limits = MappingReader<PlanKeys>(pair.value, loading)?[\.limit] else { return nil }
      var plan = ClientPlan(pair.name, limits)
      plan.definition.add("limit", loading.canonicalText(of: pair.value))
      return plan
    }
    return plans.allSatisfy { $0 != nil } ? ClientPlans(plans.compactMap(\.self)) : nil
  }

  /// One limit; `nil` after reporting what is wrong with it.
  static func limit(_ node: YAMLNode, _ loading: Loading) -> LimitPlan? {
    var conduct = LimitConduct()
    var (burst, rate): (Int?, YAMLNode?) = (nil, node)
    if node.pairs != nil {
      guard let reader = MappingReader<PlanLimitKeys>(node, loading) else { return nil }
      (burst, rate) = (reader[\.burst], reader[\.rate])
      conduct.headers = reader[\.headers] ?? conduct.headers
      conduct.store = reader[\.store] ?? conduct.store
      conduct.onRedisFailure = reader[\.onRedisFailure] ?? conduct.onRedisFailure
    }
    guard let rate, let allowance = LimitDecoder.constant(rate, burst: burst, loading) else { return nil }
    var plan = LimitPlan("", .fixed(allowance))
    plan.conduct = conduct
    LimitDecoder.warnOfLoss(plan, rate, loading)
    return plan
  }
}
