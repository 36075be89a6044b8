import JSONText
import Plans

/// Decodes one route.
struct RouteDecoder {
  let file: BFFFile
  /// Of all files.
  let backends: [BackendPlan]
  let backendNames: [String]
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
    return RoutePlan(
      bff: file.name, methods: name.methods, pattern: pattern, hosts: file.hosts, location: pair.key.location,
      work: work)
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
    let route = (name: key.text ?? "", node: reader.node)
    checkFit(reader, kind)
    switch kind {
    case .proxy:
      let scope = RouteScope(captures: captures, calls: [], route: route, loading: loading)
      return proxy(reader, scope, rest: rest).map { .proxy($0) }
    case .composite:
      let calls = reader[\.calls] ?? []
      let scope = RouteScope(captures: captures, calls: calls.map(\.name), route: route, loading: loading)
      return composite(reader, calls, scope, methods, rest: rest).map { .composite($0) }
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
      templates.request($0, isProxy: true, rest: rest, backends: backendNames, .proxy)
    }
    let headers = templates.headers(reader[\.headers] ?? [], .request, .proxy)
    let timeout = reader[\.timeout]
    let idleTimeout = reader[\.idleTimeout]
    let host = reader[\.host]
    guard let request else { return nil }
    let backend = backends[request.backend]
    if case .hash(let template) = backend.balance { scope.add(template.references) }
    var plan = ProxyPlan(request: request)
    plan.headers = headers
    plan.host = host ?? backend.host
    plan.timeout = timeout ?? plan.timeout
    plan.idleTimeout = idleTimeout ?? plan.idleTimeout
    plan.reads = scope.reads
    plan.env = environment(scope)
    return plan
  }

  private func composite(
    _ reader: MappingReader<RouteKeys>, _ pairs: [YAMLNode.Pair], _ scope: RouteScope, _ methods: MethodSet?,
    rest: String?
  ) -> CompositePlan? {
    let decoder = CallDecoder(scope: scope, backends: backends, backendNames: backendNames, rest: rest)
    let calls = pairs.map { decoder.decode($0) }
    CallGraph(calls: calls.map(\.graph)).check(loading)
    var templates = TemplateReader(scope)
    let plans = calls.compactMap(\.plan)
    var plan = CompositePlan(calls: plans.count == calls.count ? plans : [])
    plan.response = reader[\.response].flatMap { templates.value($0, .response) }
    plan.status = reader[\.status].flatMap { status($0, &templates) }
    plan.responseHeaders = templates.headers(reader[\.responseHeaders] ?? [], .response, .response)
    plan.meta = reader[\.meta] ?? plan.meta
    plan.passStatus = reader[\.passStatus] ?? plan.passStatus
    plan.exposeErrors = reader[\.exposeErrors] ?? false
    plan.timeout = reader[\.timeout] ?? plan.timeout
    plan.softTimeout = softTimeout(reader, plan)
    checkMeta(plan, reader, pairs)
    plan.cache = RouteCacheDecoder(reader: reader, methods: methods, scope: scope).decode(plan, &templates)
    plan.reads = scope.reads
    plan.env = environment(scope)
    for index in plan.calls.indices {
      let respectsBackend = plan.cache?.respectsBackend == true || plan.calls[index].cache?.respectsBackend == true
      plan.calls[index].headersAreRead = respectsBackend || scope.headerReads.contains(index)
    }
    return plan
  }

  private func status(_ node: YAMLNode, _ templates: inout TemplateReader) -> TextTemplate? {
    let template = templates.text(node, expected: "a status", .response)
    guard let template, let constant = template.constantValue else { return template }
    guard let status = constant.numberText.flatMap({ Int($0) }), (200...599).contains(status) else {
      loading.report(node, "expected a status from 200 to 599 or a template, found \(node.kind)")
      return nil
    }
    return template
  }

  private func softTimeout(_ reader: MappingReader<RouteKeys>, _ plan: CompositePlan) -> Duration? {
    guard let soft = reader[\.softTimeout], let node = reader.pair(\.softTimeout)?.value else { return nil }
    guard soft >= plan.timeout else { return soft }
    // A default that a shorter timeout of the route overtakes has nothing to say.
    guard reader.isExplicit(\.softTimeout) || !reader.isExplicit(\.timeout) else { return nil }
    loading.report(
      node,
      "`softTimeout` has no effect at `\(soft.written)`; it must be shorter than `timeout`, which is "
        + "`\(plan.timeout.written)`")
    return nil
  }

  /// No member of the answer may have the name of the one that tells of partial failure.
  private func checkMeta(
    _ plan: CompositePlan, _ reader: MappingReader<RouteKeys>, _ calls: [YAMLNode.Pair]
  ) {
    guard plan.meta.when != .never else { return }
    let members = plan.response == nil ? calls : reader.pair(\.response)?.value.pairs ?? []
    guard let member = members.first(where: { $0.name == plan.meta.name }) else { return }
    loading.report(
      member.key,
      "`\(plan.meta.name)` is the member that tells of partial failure; the answer can't have one of its own",
      hint: "rename it, or the other by `meta: { name: … }`")
  }

  /// Only what is read, so that no other variable is ever in reach of a request.
  private func environment(_ scope: RouteScope) -> JSONObject {
    var variables = JSONObject()
    for name in scope.environmentNames.sorted() {
      if let value = loading.environment[name] { variables.append(name, .string(value)) }
    }
    return variables
  }

  static func meta(_ reader: MappingReader<MetaKeys>) -> MetaPlan {
    var meta = MetaPlan()
    meta.name = reader[\.name] ?? meta.name
    meta.when = reader[\.when] ?? meta.when
    return meta
  }
}
