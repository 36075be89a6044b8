import Plans

/// Where a route sends its clients.
struct RedirectKeys: KeySet {
  static let title = "Redirect"
  static let noun = "`redirect`"
  static let introduction = "`redirect: /new` is `redirect: { to: /new }`. See [The edge](edge.md#redirects)."

  let to = Key<YAMLNode>(
    "to", ValueType(.scalar("path or URL", .line(Pattern.redirect))) { node, _ in node }, required: true,
    "Begins with a literal segment of a path, or with scheme and host; values are encoded for where they stand.",
    example: "https://shop.example/orders/${path.id}")
  let status = Key<Int>(
    "status", .redirectStatus(), default: "302", "With 307 and 308 a client keeps its method and sends its body again.",
    example: "308")
}

struct RedirectSetting {
  /// Compiled later, where the names in scope are known.
  var to: YAMLNode
  var status: Int?
}

extension ValueType<RedirectSetting> {
  /// A target, or a mapping.
  static func redirect() -> ValueType {
    let table = ValueType.table(RedirectKeys.self) { reader in
      let status = reader[\.status]
      return reader[\.to].map { RedirectSetting(to: $0, status: status) }
    }
    return ValueType(.either(.scalar("path or URL", .line(Pattern.redirect)), table.shape)) { node, loading in
      node.pairs == nil ? RedirectSetting(to: node) : table.read(node, loading)
    }
  }
}

extension ValueType<Int> {
  fileprivate static func redirectStatus() -> ValueType {
    let words = RedirectPlan.statuses.map(String.init)
    return setting(.choice(words), expected: "one of \(words.quoted)") { setting, loading in
      if let status = setting.text.number(in: 300...399), RedirectPlan.statuses.contains(status) { return status }
      loading.report(setting.node, "expected one of \(words.quoted), found \(setting.shown)")
      return nil
    }
  }
}
