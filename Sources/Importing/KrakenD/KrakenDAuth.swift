/// Who may come in: validators of tokens become providers.
struct KrakenDAuth {
  private var providers: [(name: String, mapping: YAMLMapping, origin: String)] = []
  private var names = DefinitionNames()

  /// Of gateway.yaml; `nil` without one.
  var mapping: YAMLMapping? {
    guard !providers.isEmpty else { return nil }
    var all = YAMLMapping()
    for (name, mapping, origin) in providers {
      all.add(
        name, .mapping(YAMLMapping(entries: [.init(name: "jwt", value: .mapping(mapping))])), from: [origin])
    }
    return all
  }

  /// The `auth` of an endpoint; `nil` where its tokens can't be verified.
  mutating func auth(_ validator: DocumentCursor) -> YAMLTree? {
    for name in ["cache", "cache_duration", "operation_debug", "key_identify_strategy", "disable_jwk_security"] {
      _ = validator[name]
    }
    let algorithm = validator["alg"]?.string ?? "RS256"
    let isPublic = algorithm.wholeMatch(of: #/(RS|PS|ES)(256|384|512)|EdDSA/#) != nil
    guard let keys = validator["jwk_url", "jwk-url"]?.string, keys.contains("://"), isPublic else {
      _ = validator.whole
      validator.remark(
        "only public keys that are fetched by `jwk_url` are taken over: write a provider in gateway.yaml, and `auth`; until then nobody gets in"
      )
      return nil
    }
    var jwt = YAMLMapping()
    if let issuer = validator["issuer"]?.string { jwt["issuer"] = .text(issuer) }
    if let audience = validator["audience"]?.strings, !audience.isEmpty {
      jwt["audience"] = audience.count == 1 ? .text(audience[0]) : .texts(audience)
    }
    jwt["keys"] = .text(keys)
    jwt["algorithms"] = .texts([algorithm])
    let header = validator["auth_header_name"]?.headerName
    let cookie = validator["cookie_key"]?.string
    if header != nil || cookie != nil {
      var places = [place([("header", header ?? "authorization"), ("scheme", "Bearer")])]
      if let cookie { places.append(place([("cookie", cookie)])) }
      jwt["from"] = .list(places)
    }
    if let leeway = validator["leeway"]?.string.flatMap({ DurationText.milliseconds($0) }) {
      jwt["leeway"] = .bare(DurationText.text(milliseconds: leeway))
    }
    return access(validator, name(of: jwt, validator.pointer))
  }

  /// Headers that backends get by claims of the token.
  static func headers(_ validator: DocumentCursor) -> [(name: String, value: YAMLTree)] {
    (validator["propagate_claims", "propagate-claims"]?.elements ?? []).compactMap { pair in
      let words = pair.strings
      guard words.count == 2, let name = HeaderName.good(words[1]) else { return nil }
      let path = ["claims"] + words[0].split(separator: ".").map(String.init)
      return (name, .text(ExpressionText.template(ExpressionText.path(path))))
    }
  }

  private mutating func name(of jwt: YAMLMapping, _ origin: String) -> String {
    if let found = providers.first(where: { $0.mapping == jwt }) { return found.name }
    let name = names.next(like: "tokens", or: "tokens")
    providers.append((name, jwt, origin))
    return name
  }

  private func access(_ validator: DocumentCursor, _ provider: String) -> YAMLTree {
    var auth = YAMLMapping()
    auth["provider"] = .text(provider)
    var conditions: [String] = []
    let roles = validator["roles"]?.strings ?? []
    let rolesKey = validator["roles_key"]?.string ?? "roles"
    let isNested = validator["roles_key_is_nested"]?.bool == true
    if !roles.isEmpty {
      let path = isNested ? rolesKey.split(separator: ".").map(String.init) : [rolesKey]
      let claim = ExpressionText.path(["claims"] + path)
      conditions.append(
        roles.map { "contains(to_array(\(claim)), \(ExpressionText.string($0)))" }.joined(separator: " || "))
    }
    let scopes = validator["scopes"]?.strings ?? []
    let scopesKey = validator["scopes_key"]?.string ?? "scope"
    let isAny = (validator["scopes_matcher"]?.string ?? "any") == "any"
    if !scopes.isEmpty {
      if ["scope", "scp", "scopes"].contains(scopesKey), !isAny || scopes.count == 1 {
        auth["scopes"] = .texts(scopes)
      } else {
        let claim = ExpressionText.path(["claims"] + scopesKey.split(separator: ".").map(String.init))
        let list = "(type(\(claim)) == 'string' ? split(\(claim), ' ') : to_array(\(claim)))"
        let each = scopes.map { "contains(\(list), \(ExpressionText.string($0)))" }
        conditions.append(each.joined(separator: isAny ? " || " : " && "))
      }
    }
    if !conditions.isEmpty {
      let all = conditions.count == 1 ? conditions[0] : conditions.map { "(\($0))" }.joined(separator: " && ")
      auth["require"] = .text(ExpressionText.template(all))
    }
    return auth.entries.count == 1 ? .text(provider) : .mapping(auth)
  }

  private func place(_ members: [(String, String)]) -> YAMLTree {
    .inline(YAMLMapping(entries: members.map { .init(name: $0.0, value: .text($0.1)) }))
  }
}
