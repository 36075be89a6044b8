import JSONText
import Messages
import Plans

/// Decodes one call of a composite.
struct CallDecoder {
  let scope: RouteScope
  let backends: [BackendPlan]
  /// The route's `*rest` capture.
  let rest: String?

  struct Result {
    var plan: CallPlan?
    /// What its templates read and what it is `after`.
    var graph: CallGraph.Call
  }

  private var loading: Loading { scope.loading }

  func decode(_ pair: YAMLNode.Pair) -> Result {
    checkName(pair)
    let graph = CallGraph.Call(name: pair.name, key: pair.key, waitsFor: [])
    if pair.value.pairs == nil { return shortForm(pair, graph) }
    guard let reader = MappingReader<CallKeys>(pair.value, loading) else { return Result(graph: graph) }
    return decode(pair, reader, graph)
  }

  private func checkName(_ pair: YAMLNode.Pair) {
    if ScopeName(rawValue: pair.name) != nil {
      let reserved = ScopeName.allCases.map(\.rawValue).quoted
      loading.report(pair.key, "`\(pair.name)` can't be the name of a call; reserved are \(reserved)")
    } else if !Names.isIdentifier(pair.name) {
      loading.report(pair.key, "`\(pair.name)` can't be the name of a call; \(Names.identifierRule)")
    }
  }

  private func shortForm(_ pair: YAMLNode.Pair, _ graph: CallGraph.Call) -> Result {
    var graph = graph
    if pair.value.elements != nil || CoreSchema(pair.value) == .null {
      loading.report(
        pair.value.text == nil ? pair.value : pair.key,
        "expected a request or a mapping for the call `\(pair.name)`, found \(pair.value.kind)")
      return Result(graph: graph)
    }
    var templates = TemplateReader(scope)
    let request = templates.request(pair.value, isProxy: false, rest: rest, backends: backends, .call)
    graph.waitsFor = templates.reads
    guard let request else { return Result(graph: graph) }
    var plan = CallPlan(name: pair.name, request: request, location: pair.key.location)
    plan.reads = templates.reads.sorted()
    return Result(plan: finish(plan, &graph), graph: graph)
  }

  private func decode(
    _ pair: YAMLNode.Pair, _ reader: MappingReader<CallKeys>, _ graph: CallGraph.Call
  ) -> Result {
    var graph = graph
    var templates = TemplateReader(scope)
    var inRequest = RouteScope.Position.call
    if reader.pair(\.each) != nil { inRequest.item = reader.pair(\.batch) == nil ? .item : .items }
    let request = reader[\.request].flatMap {
      templates.request($0, isProxy: false, rest: rest, backends: backends, inRequest)
    }
    let headers = templates.headers(reader[\.headers] ?? [], .request, inRequest)
    let body = reader[\.body].flatMap { templates.value($0, inRequest) }
    let fallback = reader[\.fallback].flatMap { templates.value($0, .call) }
    let when = reader[\.when].flatMap { templates.condition($0, .call) }
    let each = each(reader, &templates)
    let isSafe = reader[\.safe] ?? false
    let cache = cache(reader, request, isSafe, &templates, inRequest)
    let key = idempotencyKey(reader, &templates, inRequest)
    let after = after(reader, of: pair.name)
    graph.waitsFor = templates.reads.union(after)
    graph.when = when
    let compensation = compensation(reader, &graph, inRequest)
    let select = select(reader)
    let settings = settings(reader)
    checkPairs(reader, request)
    checkWrite(reader, request, isSafe)
    guard let request else { return Result(graph: graph) }
    OAuth2Decoder.check(reader.pair(\.headers), of: backends[request.backend], loading)
    var plan = CallPlan(name: pair.name, request: request, location: pair.key.location)
    settings(&plan)
    (plan.headers, plan.body, plan.fallback, plan.when) = (headers, body, fallback, when)
    (plan.each, plan.select, plan.cache) = (each, select, cache)
    (plan.isDeclaredSafe, plan.idempotencyKey, plan.compensation) = (isSafe, key, compensation)
    plan.reads = templates.reads.union(graph.undoing).sorted()
    plan.after = after
    return Result(plan: finish(plan, &graph), graph: graph)
  }

  /// The keys that are no templates.
  private func settings(_ reader: MappingReader<CallKeys>) -> (inout CallPlan) -> Void {
    let required = reader[\.required] ?? false
    let timeout = reader[\.timeout]
    let accept = reader[\.accept] ?? .success
    let absent = reader[\.absent] ?? StatusSet()
    let decoding = reader[\.decoding] ?? .json
    return { plan in
      (plan.required, plan.timeout, plan.accept, plan.absent) = (required, timeout, accept, absent)
      plan.decoding = decoding
    }
  }

  private func cache(
    _ reader: MappingReader<CallKeys>, _ request: RequestTemplate?, _ isSafe: Bool, _ templates: inout TemplateReader,
    _ position: RouteScope.Position
  ) -> CachePlan? {
    guard let pair = reader.pair(\.cache), let setting = reader[\.cache], var plan = setting.plan else { return nil }
    if let method = request?.method, method != "GET", method != "HEAD", !isSafe || method == "OPTIONS" {
      loading.report(
        pair.key, "`cache` is for calls of GET and HEAD, and this one is a \(method)",
        hint: method == "POST" ? "write `safe: true` if it only reads" : "remove it")
    }
    plan.tags = CacheDecoder.tags(setting.tags, &templates, position)
    plan.definition = Secret(pair.value.canonicalText)
    return plan
  }

  /// What follows from the backend, for every form of a call.
  private func finish(_ call: CallPlan, _ graph: inout CallGraph.Call) -> CallPlan {
    var plan = call
    let backend = backends[plan.request.backend]
    plan.headers = scope.headers(of: backend, before: plan.headers)
    (plan.forward, plan.forwardsAllBut) = scope.forwarded(by: backend, without: plan.headers, isSafe: plan.isSafe)
    graph.isRequired = plan.required
    if !plan.isSafe { graph.unsafeMethod = plan.request.method }
    return plan
  }

  private func each(_ reader: MappingReader<CallKeys>, _ templates: inout TemplateReader) -> EachPlan? {
    let list = reader[\.each].flatMap { self.list($0, &templates) }
    let batch = reader[\.batch]
    let key = reader[\.key]
    let concurrency = reader[\.concurrency]
    let max = reader[\.max]
    let maxElements = reader[\.maxElements]
    guard let list, let node = reader.pair(\.each)?.value else { return nil }
    if !list.isSingleExpression {
      loading.report(node, "`each` needs a list, and a text is none", hint: "write one expression: `${…}`")
    }
    var each = EachPlan(list: list)
    each.concurrency = concurrency ?? each.concurrency
    each.max = max ?? each.max
    each.maxElements = maxElements ?? each.max * EachPlan.elementsPerItem
    each.batch = batch
    each.key = key
    return each
  }

  /// An expression, or a list that is written out.
  private func list(_ node: YAMLNode, _ templates: inout TemplateReader) -> TextTemplate? {
    guard node.elements != nil else {
      return templates.text(node, expected: "a list such as `${order.lines[].sku}`", .call)
    }
    let value = templates.value(node, .call)
    if let constant = value?.constant { return TextTemplate(constant: constant, source: constant.jsonText) }
    if value != nil {
      loading.report(
        node, "a list that is written out can't have templates in it", hint: "write one expression: `${[…]}`")
    }
    return nil
  }

  private func after(_ reader: MappingReader<CallKeys>, of name: String) -> [Int] {
    (reader[\.after] ?? []).compactMap { node in
      guard let other = node.text, let index = scope.calls.firstIndex(of: other) else {
        let known = scope.calls.filter { $0 != name }
        let list = known.isEmpty ? "it has no other" : "it has \(known.quoted)"
        loading.report(
          node, "there is no call \(node.kind) in this route; \(list)",
          hint: node.text.flatMap { Suggestion.hint(for: $0, among: known) })
        return nil
      }
      return index
    }
  }

  private func select(_ reader: MappingReader<CallKeys>) -> TextTemplate? {
    guard let node = reader[\.select],
      let text = loading.text(of: node, expected: "an expression such as `${@.data}`")
    else { return nil }
    do throws(TemplateError) {
      let template = try TextTemplate.compile(text)
      if !template.isSingleExpression {
        loading.report(node, "`select` is one expression over the body", hint: "write `${…}` around it")
      }
      return template
    } catch {
      loading.report(error, in: node)
      return nil
    }
  }

  /// Keys that need or exclude one another.
  private func checkPairs(_ reader: MappingReader<CallKeys>, _ request: RequestTemplate?) {
    if reader.pair(\.each) == nil {
      let pairs = [
        reader.pair(\.batch), reader.pair(\.key), reader.pair(\.concurrency), reader.pair(\.max),
        reader.pair(\.maxElements),
      ]
      for pair in pairs.compactMap(\.self) { loading.report(pair.key, "`\(pair.name)` is for calls with `each`") }
    } else if let batch = reader.pair(\.batch), reader.pair(\.key) == nil {
      loading.report(batch.key, "`batch` needs `key`, the member that tells which item an element belongs to")
    }
    if let fallback = reader.pair(\.fallback), reader[\.required] == true {
      loading.report(
        fallback.key,
        "a call can't be `required` and have a `fallback`; its failure fails the route, or is stood in for")
    }
    if let accept = reader[\.accept], let both = reader[\.absent]?.common(with: accept),
      let pair = reader.pair(\.absent)
    {
      loading.report(pair.key, "\(both) can't be in both `accept` and `absent`")
    }
    if let body = reader.pair(\.body), let method = request?.method { loading.checkBody(body.key, of: method) }
  }
}
