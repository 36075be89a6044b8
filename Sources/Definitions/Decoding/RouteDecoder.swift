import Plans

/// Decodes one route.
struct RouteDecoder {
  let file: BFFFile
  /// Of all files.
  let backends: [BackendPlan]
  /// Of gateway.yaml; `nil`: they are not known.
  let providers: [ProviderPlan]?
  let loading: Loading

  /// `nil` after reporting what is wrong.
  func decode(_ pair: YAMLNode.Pair) -> RoutePlan? {
    let name = routeName(pair.key)
    let segments = name.map { file.prefix + $0.segments } ?? file.prefix
    let pattern = PathPattern(segments: segments)
    guard let reader = MappingReader<RouteKeys>(pair.value, loading, defaults: file.defaults) else { return nil }
    let captures = name == nil ? nil : pattern.captureNames
    let inEffect = AuthDecoder.providers(reader, of: providers)
    let documentation = DocumentationDecoder(reader: reader, captures: captures).decode()
    let queryDefaults = documentation.queryDefaults
    let work = work(reader, pair.key, name?.methods, captures: captures, pattern, inEffect, queryDefaults)
    let scope = RouteScope(
      captures: captures, calls: reader.pair(\.calls)?.value.pairs?.map(\.name) ?? [], providers: inEffect,
      route: (pair.key.text ?? "", reader.node), queryDefaults: queryDefaults, loading: loading)
    guard let name, let work else {
      _ = policies(reader, scope, named: pair.key.text ?? "", name?.methods, work)
      return nil
    }
    var plan = RoutePlan(
      bff: file.name, methods: name.methods, pattern: pattern, hosts: file.hosts, location: pair.key.location,
      work: work)
    plan.policies = policies(reader, scope, named: plan.identity, name.methods, work)
    plan.policies.answers.responseHeaders = ResponseHeadersPlan(
      responseHeaders(reader, scope.fresh(), work), queryDefaults: queryDefaults)
    plan.documentation = documentation
    checkBody(plan.policies, work, reader)
    plan.definition = definition(reader)
    return plan
  }

  /// - Parameters:
  ///   - methods: `nil` where they are wrong, and not known.
  ///   - work: likewise.
  private func policies(
    _ reader: MappingReader<RouteKeys>, _ scope: RouteScope, named name: String, _ methods: MethodSet?,
    _ work: RoutePlan.Work?
  ) -> RoutePolicies {
    let position: RouteScope.Position =
      switch work {
      case .composite?, nil: .limit
      case .proxy?: .limitOfProxy
      case .redirect?: .limitOfRedirect
      case .files?: .limitOfFiles
      }
    let limits = LimitDecoder(
      reader: reader, scope: scope, position: position, names: (route: name, file: "\(file.name) defaults"))
    let auth = AuthDecoder(reader: reader, providers: providers, scope: scope.fresh()).decode()
    return PolicyDecoder(reader: reader, scope: scope, auth: auth, limits: limits, methods: methods).decode()
  }

  private func places(
    _ reader: MappingReader<RouteKeys>, _ request: RequestTemplate, _ pattern: PathPattern, _ backend: BackendPlan
  ) -> PlaceMap? {
    do throws(PlaceMap.Irreversible) {
      return try PlaceMap(request, back: pattern, basePaths: backend.addresses.map(\.basePath))
    } catch {
      if let key = reader.pair(\.rewriteLocation)?.key, let proxy = reader.pair(\.proxy)?.value {
        loading.warn(
          key,
          "where this backend's places are can't be told of `\(proxy.text ?? "")`, so they are left as they are: "
            + error.reason)
      }
      return nil
    }
  }

  /// A composite reads its own together with what it answers.
  private func responseHeaders(
    _ reader: MappingReader<RouteKeys>, _ scope: RouteScope, _ work: RoutePlan.Work
  ) -> [HeaderTemplate] {
    if case .composite(let composite) = work { return composite.responseHeaders }
    var templates = TemplateReader(scope)
    let isProxy = if case .proxy = work { true } else { false }
    return templates.headers(reader[\.responseHeaders] ?? [], .response, isProxy ? .answerOfProxy : .answer)
  }

  private func checkBody(_ policies: RoutePolicies, _ work: RoutePlan.Work, _ reader: MappingReader<RouteKeys>) {
    let isRead = if case .composite(let composite) = work { composite.reads.body } else { false }
    guard isRead || policies.readBody, let limit = policies.bodyLimit,
      limit > ProcessPlan.Limits.mostBodyBytes, let pair = reader.pair(\.bodyLimit)
    else { return }
    loading.report(
      pair.value,
      "this route reads the body, which is held as a whole: allowed is up to "
        + "`\(ProcessPlan.Limits.mostBodyBytes.bytesWritten)`")
  }

  /// Each call counts for itself, and a list together with those that it takes up by `base`. Where a limit stands is part
  /// of it, as the limit's name may depend on it.
  private func definition(_ reader: MappingReader<RouteKeys>) -> Definition {
    var definition = Definition()
    definition.add("bff", file.name)
    for pair in reader.effectivePairs {
      if pair.name == "calls", let calls = pair.value.pairs {
        for call in calls { definition.add("calls.\(call.name)", call.value.canonicalText) }
      } else if RouteKeys.layered.contains(pair.name) {
        let levels = reader.levelsInEffect(pair.name)
        let texts = levels.map { "\(reader.place(of: $0).rawValue) \(loading.canonicalText(of: $0.value))" }
        definition.add(pair.name, texts.joined(separator: "\n"))
      } else {
        definition.add(pair.name, loading.canonicalText(of: pair.value))
      }
    }
    return definition
  }

  private func routeName(_ key: YAMLNode) -> RouteName? {
    do throws(TemplateError) {
      let name = try RouteName(key.text ?? "")
      let captures = PathPattern(segments: name.segments).captureNames
      if let twice = PathPattern(segments: file.prefix).captureNames.first(where: captures.contains) {
        throw TemplateError("`\(twice)` is captured by the file's prefix already", offset: name.pathOffset)
      }
      return name
    } catch {
      loading.report(error, in: key)
      return nil
    }
  }

  private static func rest(_ pattern: PathPattern) -> String? {
    if case .rest(let name)? = pattern.segments.last { name } else { nil }
  }

  private enum Kind {
    case composite, proxy, redirect, files
  }

  private func work(
    _ reader: MappingReader<RouteKeys>, _ key: YAMLNode, _ methods: MethodSet?, captures: [String]?,
    _ pattern: PathPattern, _ providers: [ProviderPlan]?, _ queryDefaults: [String: String]
  ) -> RoutePlan.Work? {
    let rest = Self.rest(pattern)
    guard let kind = kind(reader, key) else { return nil }
    checkFit(reader, kind)
    let calls = kind == .composite ? reader[\.calls] ?? [] : []
    let scope = RouteScope(
      captures: captures, calls: calls.map(\.name), providers: providers, route: (key.text ?? "", reader.node),
      queryDefaults: queryDefaults, loading: loading)
    switch kind {
    case .proxy: return proxy(reader, scope, pattern).map { .proxy($0) }
    case .redirect: return RedirectDecoder(reader: reader, scope: scope, rest: rest).decode().map { .redirect($0) }
    case .files:
      return FilesDecoder(reader: reader, key: key, methods: methods, rest: rest).decode().map { .files($0) }
    case .composite:
      let decoder = CompositeDecoder(reader: reader, methods: methods, scope: scope, backends: backends, rest: rest)
      return .composite(decoder.decode(calls))
    }
  }

  /// What the route itself says goes before the file's defaults.
  private func kind(_ reader: MappingReader<RouteKeys>, _ key: YAMLNode) -> Kind? {
    let own = kinds { reader.node[$0] != nil }
    let kinds = own.isEmpty ? kinds { reader.pair($0) != nil } : own
    if kinds.count == 1 { return kinds[0] }
    let given = ["proxy", "redirect", "files", "calls", "response"].compactMap { reader.pair($0) }
    if given.count > 1 {
      loading.report(
        given[0].key, "a route has `\(given[0].name)` or `\(given[1].name)`, not both", hint: "make two routes of it")
    } else {
      loading.report(
        key,
        "the route `\(key.text ?? "")` does nothing; give it `calls`, `response` or both, or `proxy`, `redirect` or "
          + "`files`")
    }
    return nil
  }

  private func kinds(_ isGiven: (String) -> Bool) -> [Kind] {
    (isGiven("proxy") ? [.proxy] : []) + (isGiven("redirect") ? [.redirect] : [])
      + (isGiven("files") ? [.files] : [])
      + (isGiven("calls") || isGiven("response") ? [.composite] : [])
  }

  /// Keys on the route itself that its kind has no use for. Defaults are for all kinds, so they may have some.
  private func checkFit(_ reader: MappingReader<RouteKeys>, _ kind: Kind) {
    let misfits: [String]
    let known: String
    switch kind {
    case .composite:
      misfits = RouteKeys.proxyOnly
      known = "is for routes with `proxy`"
    case .proxy:
      misfits = RouteKeys.compositeOnly
      known = "is for routes with `calls` or `response`, and this one has `proxy`"
    case .redirect, .files:
      misfits = RouteKeys.proxyOnly + RouteKeys.compositeOnly + ["timeout"]
      known = "has no meaning where a route has `\(kind)`"
    }
    for name in misfits {
      guard let pair = reader.node[name] else { continue }
      let hint: String? =
        switch (kind, name) {
        case (.composite, "headers"): "for the answer write `responseHeaders`, for a call its own `headers`"
        case (.proxy, "cache"): "a proxy passes answers on as they stream; to keep them, make it a call"
        case (.files, "cache"): "files are read anew; what caches of others are told is `cacheControl` of `files`"
        default: nil
        }
      loading.report(pair.key, "`\(name)` \(known)", hint: hint)
    }
  }

  private func proxy(
    _ reader: MappingReader<RouteKeys>, _ scope: RouteScope, _ pattern: PathPattern
  ) -> ProxyPlan? {
    var templates = TemplateReader(scope)
    let request = reader[\.proxy].flatMap {
      templates.request($0, isProxy: true, rest: Self.rest(pattern), backends: backends, .proxy)
    }
    let rewrites = reader[\.rewriteLocation] == true
    let headers = templates.headers(reader[\.headers] ?? [], .request, .proxy)
    let timeout = reader[\.timeout]
    let idleTimeout = reader[\.idleTimeout]
    let host = reader[\.host]
    let retryBuffer = reader[\.retryBuffer]
    guard let request else { return nil }
    let backend = backends[request.backend]
    OAuth2Decoder.check(reader.pair(\.headers), of: backend, loading)
    if case .hash(let template) = backend.balance { scope.add(template.references) }
    var plan = ProxyPlan(request: request)
    plan.headers = scope.headers(of: backend, before: headers)
    plan.host = host ?? backend.host
    plan.timeout = timeout ?? plan.timeout
    plan.idleTimeout = idleTimeout ?? plan.idleTimeout
    plan.retryBuffer = retryBuffer ?? plan.retryBuffer
    if rewrites { plan.places = places(reader, request, pattern, backend) }
    plan.reads = scope.reads
    plan.env = scope.environment
    return plan
  }
}
