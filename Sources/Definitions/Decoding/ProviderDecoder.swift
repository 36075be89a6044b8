import Plans

/// A provider as gateway.yaml alone tells of it: whom it asks is known when all backends are.
struct UnresolvedProvider {
  /// `nil` after reporting what is wrong.
  let plan: (_ backends: [BackendPlan]) -> ProviderPlan?
}

/// Decodes `auth` of gateway.yaml.
enum ProviderDecoder {
  /// `nil` where they can't be read, and nothing is known of them.
  static func decode(_ reader: MappingReader<GatewayKeys>, _ process: ProcessPlan) -> [UnresolvedProvider]? {
    guard reader.pair(\.auth) != nil else { return [] }
    guard let pairs = reader[\.auth] else { return nil }
    let asksClients = process.listeners.contains { $0.tls?.clientCertificates != nil }
    var providers: [UnresolvedProvider] = []
    for pair in pairs {
      guard let (provider, kind) = provider(pair, reader.loading) else {
        providers.append(UnresolvedProvider { _ in nil })
        continue
      }
      providers.append(provider)
      if kind == "certificate", !asksClients {
        reader.loading.warn(
          pair.key, "`\(pair.name)` needs certificates of clients, and no listener asks for them",
          hint: "write `clientCertificates` in the `tls` of `listen`")
      }
    }
    return providers
  }

  /// All of them; `nil` where one of them is wrong: its name may be that of another.
  static func plans(_ providers: [UnresolvedProvider]?, _ backends: [BackendPlan]) -> [ProviderPlan]? {
    guard let providers else { return nil }
    let plans = providers.compactMap { $0.plan(backends) }
    return plans.count == providers.count ? plans : nil
  }

  private static func provider(
    _ pair: YAMLNode.Pair, _ loading: Loading
  ) -> (provider: UnresolvedProvider, kind: String)? {
    if !Names.isName(pair.name) || pair.name == "none" {
      loading.report(
        pair.key,
        pair.name == "none"
          ? "`none` can't be the name of a provider: it means that there is no `auth`"
          : "`\(pair.name)` can't be the name of a provider; \(Names.rule)")
    }
    guard let reader = MappingReader<ProviderKeys>(pair.value, loading) else { return nil }
    let given = ProviderKeys.kinds.compactMap { reader.pair($0) }
    let known = [reader[\.apiKey], reader[\.basic], reader[\.certificate], reader[\.jwt]].compactMap(\.self)
    let late = [reader[\.introspection], reader[\.external]].compactMap(\.self)
    if given.isEmpty, pair.value.pairs?.isEmpty == true {
      loading.report(pair.key, "the provider `\(pair.name)` needs one of \(ProviderKeys.kinds.quoted)")
    } else if given.count > 1 {
      loading.report(
        given[1].key, "a provider has `\(given[0].name)` or `\(given[1].name)`, not both",
        hint: "make two of it, and write `any: [...]` in routes")
    }
    let found = known.map { plan in UnresolvedProvider { _ in plan } } + late
    guard given.count == 1, let provider = found.first else { return nil }
    let text = loading.canonicalText(of: given[0].value)
    let named = UnresolvedProvider { backends in
      guard var plan = provider.plan(backends) else { return nil }
      plan.name = pair.name
      plan.definition.add(given[0].name, text)
      return plan
    }
    return (named, given[0].name)
  }

  // MARK: Kinds; the name is known later

  static func apiKey(_ reader: MappingReader<APIKeyKeys>) -> ProviderPlan? {
    let (places, entries, asksRedis) = (reader[\.from], reader[\.keys], reader[\.redis])
    let (missing, invalid, isPassed) = (reader[\.missingStatus], reader[\.invalidStatus], reader[\.pass])
    checkRedis(reader, asksRedis)
    guard entries != nil || reader.pair(\.keys) == nil, places != nil || reader.pair(\.from) == nil else { return nil }
    var keys = APIKeyPlan(places ?? [.header("x-api-key")], entries ?? [])
    keys.asksRedis = asksRedis ?? false
    keys.isPassed = isPassed ?? false
    return provider(.apiKey(keys), status: 401, missing, invalid)
  }

  /// Keys are somewhere, and where they are in Redis, there is one.
  private static func checkRedis(_ reader: MappingReader<APIKeyKeys>, _ asksRedis: Bool?) {
    let pair = reader.pair(\.redis)
    if reader.pair(\.keys) == nil, pair == nil || asksRedis == false {
      reader.loading.report(reader.node, "`apiKey` needs `keys`, a file, or `redis: true`")
    }
    if asksRedis == true, let pair, !reader.loading.hasStateRedis {
      reader.loading.report(
        pair.value, "keys can't be looked up in Redis: gateway.yaml names none for state",
        hint: "set `redis`, or `redis.state`, in gateway.yaml")
    }
  }

  static func basic(_ reader: MappingReader<BasicKeys>) -> ProviderPlan? {
    let (users, realm, isPassed) = (reader[\.users], reader[\.realm], reader[\.pass])
    let (missing, invalid) = (reader[\.missingStatus], reader[\.invalidStatus])
    guard let users else { return nil }
    var basic = BasicPlan(users)
    basic.realm = realm
    basic.isPassed = isPassed ?? false
    return provider(.basic(basic), status: 401, missing, invalid)
  }

  static func certificate(_ reader: MappingReader<ClientCertificateKeys>) -> ProviderPlan? {
    let (fingerprints, subjects, sans) = (reader[\.fingerprints], reader[\.subjects], reader[\.sans])
    var wanted = CertificatePlan()
    wanted.fingerprints = Set(fingerprints ?? [])
    wanted.subjects = subjects ?? []
    wanted.sans = sans ?? []
    return provider(.certificate(wanted), status: 403, reader[\.missingStatus], reader[\.invalidStatus])
  }

  static func provider(_ kind: ProviderPlan.Kind, status: Int, _ missing: Int?, _ invalid: Int?) -> ProviderPlan {
    var plan = ProviderPlan("", kind, status: status)
    plan.missingStatus = missing ?? status
    plan.invalidStatus = invalid ?? status
    return plan
  }
}

extension ValueType<NamePattern> {
  static func namePattern() -> ValueType {
    setting(.scalar("name"), expected: "a name such as `DNS:orders.internal.example`") { setting, loading in
      do throws(NamePattern.Fault) {
        return try NamePattern(setting.text)
      } catch {
        let (words, hint) = words(error)
        loading.report(setting.node, "\(setting.shown) \(words)", hint: setting.isComputed ? nil : hint)
        return nil
      }
    }
  }

  private static func words(_ fault: NamePattern.Fault) -> (message: String, hint: String?) {
    let kinds = NamePattern.Kind.allCases.map { "\($0.rawValue):" }
    switch fault {
    case .kind(let word):
      return ("has none of the kinds \(kinds.quoted)", Suggestion.hint(for: "\(word):", among: kinds))
    case .star:
      return (
        "has a `*` where it stands for nothing; it is `*.` before a domain, or the end of a name",
        "for every certificate that was verified leave `sans` out"
      )
    case .form(.ip): return ("is no address, which has no `*` either", nil)
    case .form(.dns): return ("is not the name of a host", nil)
    case .form(.email): return ("is no address of mail: `orders@shop.example`", nil)
    case .form(.uri): return ("is no URI: `spiffe://prod/orders`", nil)
    }
  }
}

extension ValueType<String> {
  /// SHA-256 of a certificate; lower-case hex without colons.
  static func fingerprint() -> ValueType {
    setting(.scalar("fingerprint"), expected: "a fingerprint") { setting, loading in
      let text = setting.text.lowercased().filter { $0 != ":" }
      if Self.isHash(text) { return text }
      let isSHA1 = text.utf8.count == 40 && text.allSatisfy(\.isHexDigit)
      loading.report(
        setting.node,
        isSHA1
          ? "\(setting.shown) is a SHA-1; a fingerprint is the SHA-256"
          : "\(setting.shown) is not a fingerprint: 64 hexadecimal digits, with colons or without",
        hint: isSHA1 ? "`openssl x509 -in client.pem -noout -fingerprint -sha256` prints it" : nil)
      return nil
    }
  }

  /// SHA-256 of a key; lower-case hex.
  static func keyHash() -> ValueType {
    setting(.scalar("SHA-256 in hex"), expected: "the SHA-256 of a key") { setting, loading in
      let text = setting.text.lowercased()
      if Self.isHash(text) { return text }
      // It may be the key itself: it is not shown.
      loading.report(
        setting.node, "this is not a SHA-256, 64 hexadecimal digits",
        hint: "`printf %s KEY | sha256sum` makes one, and `weft key new` makes a key with it")
      return nil
    }
  }

  private static func isHash(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
