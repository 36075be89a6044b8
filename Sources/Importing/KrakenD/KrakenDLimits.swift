/// Limits of rates: buckets of tokens there and here.
enum KrakenDLimits {
  /// Of an endpoint or of the service; `nil` where nothing is limited.
  /// - Parameter path: names of captures by those of the endpoint's parameters.
  static func limits(_ source: DocumentCursor, path: [String: String]) -> YAMLTree? {
    let every = source["every"]?.string.flatMap { DurationText.milliseconds($0) } ?? 1000
    var rules: [YAMLTree] = []
    if let rule = rule(source, ["max_rate", "maxRate"], "capacity", every, by: "all") { rules.append(rule) }
    let by = client(source, path)
    if let rule = rule(source, ["client_max_rate", "clientMaxRate"], "client_capacity", every, by: by) {
      rules.append(rule)
    }
    return rules.isEmpty ? nil : rules.count == 1 ? rules[0] : .block(rules)
  }

  /// Of what an endpoint sends to its only backend.
  static func limit(backend source: DocumentCursor) -> YAMLTree? {
    let every = source["every"]?.string.flatMap { DurationText.milliseconds($0) } ?? 1000
    return rule(source, ["max_rate", "maxRate"], "capacity", every, by: "all")
  }

  private static func rule(
    _ source: DocumentCursor, _ names: [String], _ capacity: String, _ every: Int, by: String?
  ) -> YAMLTree? {
    let found = names.lazy.compactMap { source[$0] }.first
    let burst = source[capacity]?.count
    guard let found, let number = found.double, number > 0 else { return nil }
    guard let rate = RateText.text(number, every: every) else {
      found.remark("no rate that can be counted exactly")
      return nil
    }
    var rule = YAMLMapping()
    rule["rate"] = .bare(rate)
    let most = burst ?? Int(exactly: number.rounded(.up)) ?? 1
    rule["burst"] = .bare("\(min(max(most, 1), 1_000_000))")
    if let by { rule["by"] = .text(by) }
    return .inline(rule)
  }

  /// What tells one client from another; `nil`: the address.
  private static func client(_ source: DocumentCursor, _ path: [String: String]) -> String? {
    let (strategy, key) = (source["strategy"]?.string, source["key"]?.string)
    switch (strategy, key) {
    case ("header", let key?): return ExpressionText.template(ExpressionText.path(["headers", key.lowercased()]))
    case ("param", let key?):
      return path[key].map { ExpressionText.template("path.\($0)") }
    case (_, let key?) where strategy == nil || strategy == "ip":
      source["key"]?.remark(
        "the client's address counts; name the proxies before Weft in `trustedProxies`, which say `\(key)`")
      return nil
    default: return nil
    }
  }
}

/// Rules about programs that ask.
enum BotRules {
  static func rule(_ source: DocumentCursor) -> YAMLTree? {
    let agent = "headers.\"user-agent\""
    let allowed = source["allow"]?.strings ?? []
    let denied = source["deny"]?.strings ?? []
    let patterns = source["patterns"]?.strings ?? []
    _ = source["cache_size"]
    var conditions: [String] = []
    if !denied.isEmpty { conditions.append("contains(\(list(denied)), \(agent) || '')") }
    conditions += patterns.map { "matches(\(agent), \(ExpressionText.string($0)))" }
    if source["empty_user_agent_is_bot"]?.bool == true { conditions.append("!\(agent)") }
    guard !conditions.isEmpty else { return nil }
    var condition = conditions.joined(separator: " || ")
    if !allowed.isEmpty { condition = "!contains(\(list(allowed)), \(agent) || '') && (\(condition))" }
    var rule = YAMLMapping()
    rule["when"] = .text(ExpressionText.template(condition))
    rule["status"] = .bare("403")
    return .mapping(rule)
  }

  private static func list(_ texts: [String]) -> String {
    ExpressionText.literal(.array(texts.map { .string($0) }))
  }
}
