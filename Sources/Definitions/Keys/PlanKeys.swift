import Plans

/// A plan that clients have.
struct PlanKeys: KeySet {
  static let title = "Plan"
  static let noun = "a plan"
  static let introduction = """
    How much a client is let have whose `identity.plan` it is, on all routes with `limit: plan` together. See \
    [The edge](edge.md#plans).
    """

  let limit = Key<[LimitPlan]>(
    "limit", .planLimits(), required: true, "A rate, a limit, or a list of them: all must have room.",
    example: "[1000/m, 100000/24h]")
}

/// One limit of a plan.
struct PlanLimitKeys: KeySet {
  static let title = "Plan limit"
  static let noun = "a limit of a plan"
  static let introduction = """
    It counts by the client, whatever the route: `by`, `cost` and `name` are for limits of routes.
    """

  let rate = Key<YAMLNode>(
    "rate", ValueType(.scalar("rate", .setting(Pattern.rate))) { node, _ in node }, required: true,
    "A number and a time: `10/s`, `100/15m`, or the calendar's `1000/day` and `1000000/month` (UTC).",
    example: "1000/m")
  let burst = LimitKeys().burst
  let headers = LimitKeys().headers
  let store = LimitKeys().store
  let onRedisFailure = LimitKeys().onRedisFailure

  static func advice(for unknown: String) -> String? {
    ["by", "cost", "name", "ipv6Prefix"].contains(unknown)
      ? "a plan counts by `identity.subject`; a limit with a `\(unknown)` of its own may stand beside `plan` in a route"
      : nil
  }
}

extension ValueType<[LimitPlan]> {
  /// A rate, a limit or a list of them. Their names are the plan's, which is known later.
  fileprivate static func planLimits() -> ValueType {
    let shape = Shape.either(.scalar("rate", .setting(Pattern.rate)), .table(PlanLimitKeys.self))
    return .oneOrList(of: ValueType<LimitPlan>(shape, PlanDecoder.limit))
  }
}
