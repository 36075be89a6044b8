import Messages
import Plans

/// Decodes what a route with `calls`, `response` or both does.
struct CompositeDecoder {
  let reader: MappingReader<RouteKeys>
  /// `nil` where the route's name is wrong.
  let methods: MethodSet?
  let scope: RouteScope
  /// Of all files.
  let backends: [BackendPlan]
  /// The route's `*rest` capture.
  let rest: String?

  private var loading: Loading { scope.loading }

  /// Meaningful only where nothing was reported.
  func decode(_ pairs: [YAMLNode.Pair]) -> CompositePlan {
    let decoder = CallDecoder(scope: scope, backends: backends, rest: rest)
    let calls = pairs.map { decoder.decode($0) }
    var graph = CallGraph(calls: calls.map(\.graph))
    let requiredBefore = graph.check(loading)
    var templates = TemplateReader(scope)
    let plans = calls.compactMap(\.plan)
    var plan = CompositePlan(calls: plans.count == calls.count ? plans : [])
    plan.response = reader[\.response].flatMap { templates.value($0, .response) }
    plan.status = reader[\.status].flatMap { status($0, &templates) }
    plan.responseHeaders = templates.headers(reader[\.responseHeaders] ?? [], .response, .response)
    plan.meta = reader[\.meta] ?? plan.meta
    plan.passStatus = reader[\.passStatus] ?? plan.passStatus
    plan.exposeErrors = reader[\.exposeErrors] ?? false
    plan.maxAnswer = reader[\.maxAnswer] ?? plan.maxAnswer
    plan.timeout = reader[\.timeout] ?? plan.timeout
    plan.softTimeout = softTimeout(plan)
    plan.onDisconnect = reader[\.onDisconnect] ?? plan.onDisconnect
    checkMeta(plan, pairs)
    plan.cache = RouteCacheDecoder(reader: reader, methods: methods, scope: scope).decode(plan, &templates)
    plan.reads = scope.reads
    plan.env = scope.environment
    for index in plan.calls.indices {
      plan.calls[index].requiredBefore = requiredBefore[index]
      // What it says of its keeping counts for an answer that is kept.
      let respectsBackend = plan.cache != nil || plan.calls[index].cache?.respectsBackend == true
      plan.calls[index].headersAreRead = respectsBackend || scope.headerReads.contains(index)
    }
    return plan
  }

  private func status(_ node: YAMLNode, _ templates: inout TemplateReader) -> TextTemplate? {
    let template = templates.text(node, expected: "a status", .response)
    guard let template, let constant = template.constantValue else { return template }
    guard constant.number(in: 200...599) != nil else {
      loading.report(
        node, "expected a status from 200 to 599 or a template, found \(node.kind)",
        hint: node.isOnlyQuoted ? "remove the quotes" : nil)
      return nil
    }
    return template
  }

  private func softTimeout(_ plan: CompositePlan) -> Duration? {
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
  private func checkMeta(_ plan: CompositePlan, _ calls: [YAMLNode.Pair]) {
    guard plan.meta.when != .never else { return }
    let members = plan.response == nil ? calls : reader.pair(\.response)?.value.pairs ?? []
    guard let member = members.first(where: { $0.name == plan.meta.name }) else { return }
    loading.report(
      member.key,
      "`\(plan.meta.name)` is the member that tells of partial failure; the answer can't have one of its own",
      hint: "rename it, or the other by `meta: { name: … }`")
  }

  static func meta(_ reader: MappingReader<MetaKeys>) -> MetaPlan {
    var meta = MetaPlan()
    meta.name = reader[\.name] ?? meta.name
    meta.when = reader[\.when] ?? meta.when
    return meta
  }
}
