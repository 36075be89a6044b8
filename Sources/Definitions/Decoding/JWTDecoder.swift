import NamedFiles
import Plans
import Tokens

/// Decodes `jwt` of a provider, and looks at the keys that are given.
enum JWTDecoder {
  static func decode(_ reader: MappingReader<JWTKeys>) -> ProviderPlan? {
    let (issuers, audiences, setting) = (reader[\.issuer], reader[\.audience], reader[\.keys])
    let (algorithms, places, leeway) = (reader[\.algorithms], reader[\.from], reader[\.leeway])
    let (requiresExpiry, missing, invalid) = (reader[\.requireExp], reader[\.missingStatus], reader[\.invalidStatus])
    checkPlaces(places ?? [], reader)
    guard let setting, let keys = setting.plan ?? discovery(issuers, reader) else { return nil }
    checkAlgorithms(algorithms ?? [], setting, reader)
    warnOfAnybody(keys, reader)
    guard places != nil || reader.pair(\.from) == nil else { return nil }
    var rules = TokenRules()
    rules.issuers = issuers ?? []
    rules.audiences = audiences ?? []
    rules.algorithms = algorithms.map { Set($0) } ?? rules.algorithms
    rules.leeway = leeway ?? rules.leeway
    rules.requiresExpiry = requiresExpiry ?? true
    let plan = JWTPlan(places ?? [.header("authorization", scheme: "Bearer")], rules, keys)
    return ProviderDecoder.provider(.jwt(plan), status: 401, missing, invalid)
  }

  /// `keys: discovery`.
  private static func discovery(_ issuers: [String]?, _ reader: MappingReader<JWTKeys>) -> TokenKeysPlan? {
    guard let place = reader.pair(\.keys)?.value else { return nil }
    guard let pair = reader.pair(\.issuer) else {
      reader.loading.report(
        place, "`discovery` asks the issuer, and `issuer` is missing", hint: "or write `{ discovery: URL }`")
      return nil
    }
    guard let issuers, let issuer = issuers.first else { return nil }
    guard issuers.count == 1 else {
      reader.loading.report(
        place, "`discovery` asks one issuer, and there are \(issuers.count)",
        hint: "make a provider for each, and write `any: [...]` in routes")
      return nil
    }
    let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
    do throws(DocumentURL.Fault) {
      if issuer.contains("?") { throw DocumentURL.Fault(message: "it has no query") }
      let url = try DocumentURL("\(base)/.well-known/openid-configuration")
      if !url.isSafe {
        reader.loading.warn(
          pair.value, "the issuer is without TLS: whoever is on the way can give keys of their own",
          hint: "write `https://`")
      }
      let place = FetchPlace(url.origin, url.target)
      return .published(PublishedKeysPlan(place, .metadata(issuer: issuer)))
    } catch {
      reader.loading.report(pair.value, "`discovery` needs an issuer that is a URL: \(error.message)")
      return nil
    }
  }

  private static func checkPlaces(_ places: [CredentialPlace], _ reader: MappingReader<JWTKeys>) {
    guard let node = reader.pair(\.from)?.value, places.contains(.header("authorization")) else { return }
    reader.loading.warn(
      node, "without `scheme` the token is the whole value of `authorization`, which most clients begin with `Bearer `",
      hint: "write `{ header: authorization, scheme: Bearer }`")
  }

  private static func checkAlgorithms(
    _ algorithms: [SignatureAlgorithm], _ setting: TokenKeysSetting, _ reader: MappingReader<JWTKeys>
  ) {
    let unfit = setting.known?.unfit(Set(algorithms)) ?? Set(algorithms.filter(\.isSecret))
    for element in reader.pair(\.algorithms)?.value.elements ?? [] {
      guard let name = element.text, let algorithm = SignatureAlgorithm(rawValue: name), unfit.contains(algorithm)
      else { continue }
      reader.loading.report(
        element,
        setting.known == nil
          ? "`\(name)` needs a secret, and keys that are published are none"
          : "`\(name)` fits none of the `keys`", hint: "remove it")
    }
  }

  private static func warnOfAnybody(_ keys: TokenKeysPlan, _ reader: MappingReader<JWTKeys>) {
    var hasIssuer = reader.pair(\.issuer) != nil
    if case .published(let published) = keys, case .metadata = published.document { hasIssuer = true }
    if !hasIssuer {
      reader.loading.warn(
        reader.node, "without `issuer`, tokens of every issuer are valid that these keys sign for", hint: "name it")
    }
    if reader.pair(\.audience) == nil {
      reader.loading.warn(
        reader.node, "without `audience`, tokens are valid that were made for another service",
        hint: "write what `aud` says of yours")
    }
  }

  // MARK: Keys

  static func keys(_ reader: MappingReader<TokenKeysKeys>) -> TokenKeysSetting? {
    let (secret, pem, file) = (reader[\.secret], reader[\.pem], reader[\.file])
    let (url, discovery, tls) = (reader[\.url], reader[\.discovery], reader[\.tls])
    let (backend, path) = (reader[\.backend], reader[\.path])
    let given = TokenKeysKeys.kinds.compactMap { reader.pair($0) }
    guard given.count == 1 else {
      reader.loading.report(
        given.dropFirst().first?.key ?? reader.node, "`keys` has one of \(TokenKeysKeys.kinds.quoted)")
      return nil
    }
    checkTLS(url ?? discovery, reader)
    reader.checkTogether(\.backend, \.path)
    if let secret { return known(.secret(secret), "the key", at: given[0].value, reader.loading) }
    if let pem { return bytes(pem, given[0].value, reader.loading) { .pem($0) } }
    if let file { return bytes(file, given[0].value, reader.loading) { .jwks($0) } }
    let settings = tls ?? BackendPlan.TLS()
    if let url { return published(FetchPlace(url.origin, url.target, settings)) }
    if let discovery {
      return published(FetchPlace(discovery.origin, discovery.target, settings), .metadata(issuer: nil))
    }
    guard let name = backend?.text, let path else { return nil }
    return published(.backend(name, target: path))
  }

  private static func published(
    _ place: FetchPlace, _ document: PublishedKeysPlan.Document = .keys
  ) -> TokenKeysSetting {
    TokenKeysSetting(plan: .published(PublishedKeysPlan(place, document)))
  }

  private static func checkTLS(_ url: DocumentURL?, _ reader: MappingReader<TokenKeysKeys>) {
    guard let tls = reader.pair(\.tls) else { return }
    if reader.pair(\.url) == nil, reader.pair(\.discovery) == nil {
      reader.loading.report(tls.key, "`tls` is for `url` and `discovery`", hint: "remove it")
    } else if let url, url.origin.hasPrefix("http:") {
      reader.loading.report(tls.key, "`tls` has no use: the URL is not `https://`")
    }
  }

  private static func bytes(
    _ path: String, _ place: YAMLNode, _ loading: Loading, _ plan: (Secret<[UInt8]>) -> TokenKeysPlan
  ) -> TokenKeysSetting? {
    guard let file = loading.keysFile(path, namedAt: place) else { return nil }
    loading.noteSecret(String(decoding: file.bytes, as: UTF8.self), of: path)
    let setting = known(plan(Secret(file.bytes)), "`\(place.text ?? "")`", at: place, loading)
    let holdsSecrets = setting?.known?.keys.contains { $0.algorithms.contains(where: \.isSecret) } ?? false
    if holdsSecrets { loading.warnOfReaders(of: file, path, namedAt: place) }
    return setting
  }

  /// `nil` after reporting why none of the keys can be used; those that can't are warned about.
  private static func known(
    _ plan: TokenKeysPlan, _ subject: String, at place: YAMLNode, _ loading: Loading
  ) -> TokenKeysSetting? {
    do throws(KeyFault) {
      guard let reading = try KeySetReading.read(plan) else { return nil }
      let isFile = if case .secret = plan { false } else { true }
      for fault in reading.faults {
        let message = isFile ? "\(subject): \(fault)" : "\(subject) \(fault)"
        if reading.keys.keys.isEmpty { loading.report(place, message) } else { loading.warn(place, message) }
      }
      if reading.keys.keys.isEmpty, reading.faults.isEmpty { loading.report(place, "\(subject) holds no key") }
      return reading.keys.keys.isEmpty ? nil : TokenKeysSetting(plan: plan, known: reading.keys)
    } catch {
      loading.report(place, "\(subject) \(error)")
      return nil
    }
  }
}

extension SignatureAlgorithm {
  fileprivate var isSecret: Bool { [.hs256, .hs384, .hs512].contains(self) }
}
