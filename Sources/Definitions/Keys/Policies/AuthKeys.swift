import Plans

/// Whose requests a route takes.
struct AuthKeys: KeySet {
  static let title = "Auth"
  static let noun = "`auth`"
  static let introduction = """
    Whose requests a route takes. `auth: shop` is `auth: { provider: shop }`; `auth: none` takes a default back. Providers \
    are defined in gateway.yaml. See [The edge](edge.md#who-is-it).
    """

  let provider = Key<NamedProvider>(
    "provider", .providerName(), "The provider that tells who a client is.", example: "shop")
  let any = Key<[NamedProvider]>(
    "any", .list(of: .providerName(), isEmptyAllowed: false),
    "Several, in place of `provider`: the first whose credential is there decides.", example: "[shop, partners]")
  let all = Key<[NamedProvider]>(
    "all", .list(of: .providerName(), isEmptyAllowed: false),
    "Several, in place of `provider`: every one's credential is needed.", example: "[shop, machines]")
  let scopes = Key<[String]>(
    "scopes", .distinct(of: .scopeName(), isEmptyAllowed: false), default: "none",
    "All of them must be in the claim `scope`, `scp` or `scopes`, or in a member of the API key's entry of such a name: "
      + "else 403.", example: "[orders:read]")
  let require = Key<YAMLNode>(
    "require", .template(), default: "none",
    "Over the inputs of the request, but for its body. Where it is not true, or fails: 403.",
    example: "\"${identity.plan == 'gold'}\"")
  let optional = Key<Bool>(
    "optional", .boolean(), default: "false",
    "Who shows nothing may come in; who shows what is not valid may not.", example: "true")

  static var relations: [KeyRelation] { [.oneOf(["provider", "any", "all"])] }
}

/// What a route says of `auth`, before it is known what names stand for.
struct AuthSetting {
  var providers: [NamedProvider]
  var rule = AuthPlan.Rule.any
  var scopes: [String] = []
  var requirement: YAMLNode?
  var isOptional = false
  /// Where that is said.
  var optional: YAMLNode?
}

/// A provider that is named somewhere.
struct NamedProvider {
  let name: String
  let place: YAMLNode
}

extension Key where Value == AuthSetting? {
  static var auth: Key {
    Key(
      "auth", .orNone(.auth()), default: "none",
      "Who may come in, by what they show: a provider's name, or a mapping.",
      example: "{ provider: shop, scopes: [orders:read] }")
  }
}

extension ValueType<AuthSetting> {
  /// A name, or a mapping.
  fileprivate static func auth() -> ValueType {
    let (name, table) = (ValueType<NamedProvider>.providerName(), ValueType.table(AuthKeys.self, decode))
    return ValueType(.either(name.shape, table.shape)) { node, loading in
      node.pairs == nil ? name.read(node, loading).map { AuthSetting(providers: [$0]) } : table.read(node, loading)
    }
  }

  private static func decode(_ reader: MappingReader<AuthKeys>) -> AuthSetting? {
    let (one, any, all) = (reader[\.provider], reader[\.any], reader[\.all])
    let given = [reader.pair(\.provider), reader.pair(\.any), reader.pair(\.all)].compactMap(\.self)
    if given.isEmpty {
      reader.loading.report(reader.node, "`auth` needs `provider`, or `any` or `all` with several of them")
    } else if given.count > 1 {
      reader.loading.report(given[1].key, "`auth` has `\(given[0].name)` or `\(given[1].name)`, not both")
    }
    var setting = AuthSetting(providers: one.map { [$0] } ?? any ?? all ?? [])
    setting.rule = reader.pair(\.all) == nil ? .any : .all
    setting.scopes = reader[\.scopes] ?? []
    setting.requirement = reader[\.require]
    setting.isOptional = reader[\.optional] ?? false
    setting.optional = reader.pair(\.optional)?.key
    return given.count == 1 && !setting.providers.isEmpty ? setting : nil
  }
}

extension ValueType<NamedProvider> {
  /// Whether there is one of that name is known later.
  fileprivate static func providerName() -> ValueType {
    let name = ValueType<String>.name("the name of a provider")
    return ValueType(name.shape) { node, loading in
      name.read(node, loading).map { NamedProvider(name: $0, place: node) }
    }
  }
}

extension ValueType<String> {
  /// A scope-token (RFC 6749 §3.3).
  static func scopeName() -> ValueType {
    setting(.scalar("scope", .setting(Pattern.scope)), expected: "a scope such as `orders:read`") { setting, loading in
      let isToken = setting.text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
      if isToken && !setting.text.isEmpty { return setting.text }
      loading.report(
        setting.node, "\(setting.shown) is not a scope: it has visible ASCII characters but for `\"` and `\\`",
        hint: setting.text.contains(" ") ? "write several as a list" : nil)
      return nil
    }
  }
}
