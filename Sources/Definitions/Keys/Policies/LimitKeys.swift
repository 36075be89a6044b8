import Plans

/// One limit of `limit`.
struct LimitKeys: KeySet {
  /// Stands for the limits of the plan that a client has.
  static let plan = "plan"

  static let title = "Limit"
  static let noun = "a limit"
  static let introduction = """
    How much a route lets through. `limit: 100/15m` is `limit: { rate: 100/15m }`; of a list all must have room. See \
    [The edge](edge.md#limits).
    """

  let rate = Key<YAMLNode>(
    "rate", ValueType(.scalar("rate", .setting(Pattern.rate))) { node, _ in node }, required: true,
    "A number and a time: `10/s`, `100/15m`, or the calendar's `1000/day` and `1000000/month` (UTC). It may be a template; "
      + "each rate then counts for itself.",
    example: "100/15m")
  let burst = Key<Int>(
    "burst", .integer(1...1_000_000_000), default: "none",
    "With it, so many at once, and then steadily by the rate. Without it, the rate's number in its time, which begins with "
      + "the first request.",
    example: "20")
  let by = Key<YAMLNode>(
    "by", .template(), default: "\"${client.ip}\"",
    "What is counted: each value has a counter of its own. 400 where an input that it needs is missing.",
    example: "\"${headers.\\\"x-tenant\\\"}\"")
  let name = Key<String>(
    "name", .text("name of a limit"), default: "the route, or the `defaults` in which it stands",
    "What clients are told. Limits with one name, rate and `by` count together.", example: "search")
  let cost = Key<YAMLNode>(
    "cost", .template(), default: "1", "How many requests this one is; fractions are rounded up.",
    example: "\"${length(body.items || `[]`)}\"")
  let headers = Key<LimitConduct.Headers>(
    "headers", .limitHeaders(), default: "standard",
    "`standard`: `RateLimit-Policy` and `RateLimit`. `separate`: `RateLimit-Limit`, `-Remaining` and `-Reset`. `false`: "
      + "neither. `Retry-After` is always sent.",
    example: "separate")
  let store = Key<LimitConduct.Store>(
    "store", .choice(), default: "shared", "`shared`: in Redis, where there is one. `local`: in this process.",
    example: "local")
  let onRedisFailure = Key<LimitConduct.RedisFailure>(
    "onRedisFailure", .words(["local": .local, "allow": .allow, "deny": .deny]), default: "local",
    "While Redis can't be asked: each gateway counts for itself, lets everything through, or answers 503.",
    example: "deny")
  let ipv6Prefix = Key<Int>(
    "ipv6Prefix", .integer(1...128), default: "\(LimitPlan.defaultIPv6Prefix)",
    "The bits of an IPv6 address by which `client.ip` counts.", example: "56")

  /// Reports what can be told of a limit without knowing its route.
  static func check(_ node: YAMLNode, _ loading: Loading) {
    guard node.pairs != nil else {
      _ = LimitDecoder.allowance(node, burst: nil, loading)
      return
    }
    guard let reader = MappingReader<LimitKeys>(node, loading) else { return }
    var plan = LimitPlan("", .computed(TextTemplate(constant: .null, source: "")))
    LimitDecoder.readConduct(reader, &plan)
    _ = reader[\.rate].map { LimitDecoder.allowance($0, burst: plan.burst, loading) }
  }
}

extension Key where Value == YAMLNode? {
  static var limit: Key {
    Key(
      "limit", .orNone(.limits()), default: "none",
      "How much is let through: a rate, a limit, or a list of them. `base` in a list stands for those of the next level "
        + "of defaults, `plan` for those of the [plan](#plan) that the client has. Above it 429.",
      example: "[10/s, { rate: 1000/day, by: \"${headers.\\\"x-tenant\\\"}\" }]")
  }
}

extension ValueType<YAMLNode> {
  /// The templates are compiled later, where the names in scope are known.
  fileprivate static func limits() -> ValueType {
    let rate = Shape.scalar("rate", .setting(Pattern.rate))
    let one = Shape.either(.either(rate, .table(LimitKeys.self)), .choice([LimitKeys.plan]))
    let words = [BaseWord.text, LimitKeys.plan]
    let list = ValueType<[YAMLNode]>.list(
      of: ValueType(.either(.either(rate, .table(LimitKeys.self)), .choice(words))) { node, loading in
        if node.text.map(words.contains) != true { LimitKeys.check(node, loading) }
        return node
      }, isEmptyAllowed: false)
    return ValueType(.either(one, list.shape)) { node, loading in
      guard node.elements != nil else {
        if node.text != LimitKeys.plan { LimitKeys.check(node, loading) }
        return node
      }
      guard let elements = list.read(node, loading) else { return nil }
      for word in words { BaseWord.check(elements, for: word, loading) }
      return node
    }
  }
}

extension ValueType<LimitConduct.Headers> {
  /// A word, or `false`.
  fileprivate static func limitHeaders() -> ValueType {
    let words = ValueType.words(["standard": .standard, "separate": .separate, "false": .off])
    return ValueType(.either(.choice(["standard", "separate"]), .boolean), words.read)
  }
}
