import Plans

/// Decodes one route.
struct RouteDecoder {
  let file: BFFFile
  /// Of all files.
  let backends: [BackendPlan]
  let loading: Loading

  /// `nil` after reporting what is wrong.
  func decode(_ pair: YAMLNode.Pair) -> RoutePlan? {
    let name = routeName(pair.key)
    let segments = name.map { file.prefix + $0.segments } ?? file.prefix
    let pattern = PathPattern(segments: segments)
    guard let reader = MappingReader<RouteKeys>(pair.value, loading, defaults: file.defaults) else { return nil }
    let work = work(
      reader, pair.key, name?.methods, captures: name == nil ? nil : pattern.captureNames, rest: Self.rest(pattern))
    guard let name, let work else { return nil }
    var plan = RoutePlan(
      bff: file.name, methods: name.methods, pattern: pattern, hosts: file.hosts, location: pair.key.location,
      work: work)
    plan.definition = definition(reader)
    return plan
  }

  /// Each call counts for itself.
  private func definition(_ reader: MappingReader<RouteKeys>) -> Definition {
    var definition = Definition()
    definition.add("bff", file.name)
    for pair in reader.effectivePairs {
      if pair.name == "calls", let calls = pair.value.pairs {
        for call in calls { definition.add("calls.\(call.name)", call.value.canonicalText) }
      } else {
        definition.add(pair.name, pair.value.canonicalText)
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
    case composite, proxy
  }

  private func work(
    _ reader: MappingReader<RouteKeys>, _ key: YAMLNode, _ methods: MethodSet?, captures: [String]?, rest: String?
  ) -> RoutePlan.Work? {
    guard let kind = kind(reader, key) else { return nil }
    checkFit(reader, kind)
    let calls = kind == .composite ? reader[\.calls] ?? [] : []
    let scope = RouteScope(
      captures: captures, calls: calls.map(\.name), route: (key.text ?? "", reader.node), loading: loading)
    switch kind {
    case .proxy: return proxy(reader, scope, rest: rest).map { .proxy($0) }
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
    if let pair = reader.pair(\.proxy) {
      let other = reader.pair(\.calls) != nil ? "calls" : "response"
      loading.report(pair.key, "a route has `proxy` or `\(other)`, not both", hint: "make two routes of it")
    } else {
      loading.report(
        key, "the route `\(key.text ?? "")` does nothing; give it `calls`, `response` or both, or `proxy`")
    }
    return nil
  }

  private func kinds(_ isGiven: (String) -> Bool) -> [Kind] {
    (isGiven("proxy") ? [.proxy] : []) + (isGiven("calls") || isGiven("response") ? [.composite] : [])
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
    }
    for name in misfits {
      guard let pair = reader.node[name] else { continue }
      let hint: String? =
        switch (kind, name) {
        case (.composite, "headers"): "for the answer write `responseHeaders`, for a call its own `headers`"
        case (.proxy, "cache"): "a proxy passes answers on as they stream; to keep them, make it a call"
        default: nil
        }
      loading.report(pair.key, "`\(name)` \(known)", hint: hint)
    }
  }

  private func proxy(_ reader: MappingReader<RouteKeys>, _ scope: RouteScope, rest: String?) -> ProxyPlan? {
    var templates = TemplateReader(scope)
    let request = reader[\.proxy].flatMap {
      templates.request($0, isProxy: true, rest: rest, backends: backends, .proxy)
    }
    let headers = templates.headers(reader[\.headers] ?? [], .request, .proxy)
    let timeout = reader[\.timeout]
    let idleTimeout = reader[\.idleTimeout]
    let host = reader[\.host]
    let retryBuffer = reader[\.retryBuffer]
    guard let request else { return nil }
    let backend = backends[request.backend]
    if case .hash(let template) = backend.balance { scope.add(template.references) }
    var plan = ProxyPlan(request: request)
    plan.headers = headers
    plan.host = host ?? backend.host
    plan.timeout = timeout ?? plan.timeout
    plan.idleTimeout = idleTimeout ?? plan.idleTimeout
    plan.retryBuffer = retryBuffer ?? plan.retryBuffer
    plan.reads = scope.reads
    plan.env = scope.environment
    return plan
  }
}
