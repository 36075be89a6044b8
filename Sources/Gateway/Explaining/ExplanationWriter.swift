import Plans

/// Writes the lines of an `Explanation`.
struct ExplanationWriter {
  let plan: GatewayPlan
  let scope: ExplainedScope
  private(set) var text = ""

  init(plan: GatewayPlan, scope: ExplainedScope) {
    self.plan = plan
    self.scope = scope
  }

  mutating func explain(_ route: RoutePlan, asked: String) {
    line(asked)
    fact("route", "\(route.name)  (\(route.bff), \(route.location.file):\(route.location.line))")
    if !route.hosts.isEmpty { fact("hosts", route.hosts.joined(separator: ", ")) }
    for capture in scope.captures { fact("capture", "\(capture.name) = \(capture.value)") }
    switch route.work {
    case .proxy(let proxy): explain(proxy)
    case .composite(let composite): explain(composite)
    }
  }

  private mutating func explain(_ proxy: ProxyPlan) {
    let backend = plan.backends[proxy.request.backend]
    fact("proxy", "\(backend.name) \(scope.target(of: proxy.request) ?? proxy.request.source)")
    fact("to", backend.addresses.map { $0.origin + $0.basePath }.joined(separator: ", "))
    fact("Host", proxy.host == .client ? "the client's" : "the backend's")
    fact("deadlines", "\(text(proxy.timeout)) to the head, \(text(proxy.idleTimeout)) idle")
    explain(proxy.reads)
  }

  private mutating func explain(_ composite: CompositePlan) {
    let soft = composite.softTimeout.map { ", answers with what is ready after \(text($0))" } ?? ""
    fact("budget", text(composite.timeout) + soft)
    explain(composite.reads)
    if let cache = composite.cache {
      for (name, value) in CacheExplanation.facts(cache, reads: composite.reads) { fact(name, value) }
    }
    let stages = CallStages(composite.calls).stages
    if stages.isEmpty { fact("calls", "none: a static answer") }
    for (number, stage) in stages.enumerated() {
      line("stage \(number + 1)\(stage.count > 1 ? ", at once" : "")")
      for index in stage { explain(composite.calls[index], of: composite) }
    }
    fact("answer", composite.response.map { answer($0) } ?? "an object with a member per call")
  }

  private func answer(_ response: ValueTemplate) -> String {
    response.memberNames.isEmpty ? "by its template" : "an object of \(response.memberNames.joined(separator: ", "))"
  }

  private mutating func explain(_ call: CallPlan, of composite: CompositePlan) {
    let backend = plan.backends[call.request.backend]
    let target = call.reads.isEmpty && call.each == nil ? scope.target(of: call.request) : nil
    let request = target.map { "\(call.request.method) \(backend.name) \($0)" } ?? call.request.source
    line("  \(call.name): \(request)")
    var facts: [String] = []
    let waits = Set(call.reads).union(call.after).sorted().map { composite.calls[$0].name }
    if !waits.isEmpty { facts.append("after \(waits.joined(separator: ", "))") }
    facts.append("deadline \(text(deadline(call, composite)))")
    if let attempt = backend.timeout, attempt < deadline(call, composite) { facts.append("attempt \(text(attempt))") }
    facts.append("connect \(text(backend.connectTimeout))")
    if call.required { facts.append("required") }
    if call.fallback != nil { facts.append("fallback") }
    if let when = call.when { facts.append("when \(when.source)") }
    if let each = call.each { facts.append(text(each)) }
    if let retry = backend.retry { facts.append("up to \(retry.attempts) attempts") }
    if let cache = call.cache { facts.append("kept: \(CacheExplanation.lifetime(cache))") }
    if !call.forward.isEmpty { facts.append("forwards \(call.forward.joined(separator: ", "))") }
    line("      \(facts.joined(separator: ", "))")
  }

  private func deadline(_ call: CallPlan, _ composite: CompositePlan) -> Duration {
    call.timeout.map { min($0, composite.timeout) } ?? composite.timeout
  }

  private func text(_ each: EachPlan) -> String {
    let size = each.batch.map { "in batches of \($0)" } ?? "one by one"
    return "each of \(each.list.source), \(size), \(each.concurrency) at once, at most \(each.max)"
  }

  private mutating func explain(_ reads: RequestReads) {
    var inputs: [String] = []
    func add(_ input: String, _ names: RequestReads.Names) {
      switch names {
      case .all: inputs.append("all of \(input)")
      case .some(let some): inputs += some.sorted().map { "\(input).\($0)" }
      }
    }
    add("path", reads.path)
    add("query", reads.query)
    add("queryList", reads.queryList)
    add("headers", reads.headers)
    add("cookies", reads.cookies)
    add("claims", reads.claims)
    add("client", reads.client)
    if reads.body { inputs.append("body") }
    fact("reads", inputs.isEmpty ? "nothing of the request" : inputs.joined(separator: ", "))
  }

  /// In the largest unit that is exact: `1s`, `800ms`.
  private func text(_ duration: Duration) -> String {
    let milliseconds = duration / .milliseconds(1)
    if milliseconds.truncatingRemainder(dividingBy: 1000) == 0 { return "\(Int(milliseconds / 1000))s" }
    return "\(Int(milliseconds))ms"
  }

  private mutating func fact(_ name: String, _ value: String) {
    line("  \(name)\(String(repeating: " ", count: max(1, 10 - name.count)))\(value)")
  }

  private mutating func line(_ line: String) {
    text += line + "\n"
  }
}
