import JSONText
import Plans

/// An explanation for people: facts, a drawing of the calls, and each call in detail.
struct ExplanationText {
  /// Requests of one call that are listed.
  static let maxRequests = 5

  private(set) var text = ""

  init(_ route: ExplainedRoute) {
    line("\(route.asked.method) \(route.asked.target)")
    fact("route", "\(route.plan.name)  (\(route.place))")
    if !route.plan.hosts.isEmpty { fact("hosts", route.plan.hosts.joined(separator: ", ")) }
    for capture in route.captures { fact("capture", "\(capture.name) = \(capture.value)") }
    if let note = route.methodNote { fact(route.asked.method, note) }
    fact("reads", route.reads.isEmpty ? "nothing of the request" : route.reads.joined(separator: ", "))
    for (index, policy) in route.policies.enumerated() { explain(policy, isFirst: index == 0) }
    for (name, value) in route.answers { fact(name, value) }
    for (name, value) in route.cache { fact(name == "lifetime" ? "cache" : name, value) }
    switch route.work {
    case .composite(let composite): explain(composite, route)
    case .proxy(let proxy): explain(proxy, route)
    case .redirect(let redirect):
      fact("redirect", "\(redirect.status) to \(redirect.location)")
      if let fault = redirect.fault { fact("fault", "no place can be made: \(fault)") }
    case .files(let files): for (name, value) in files.facts { fact(name, value) }
    }
    for backend in route.backends {
      line("backend \(backend.plan.name)")
      for (name, text) in backend.facts { fact(name, text) }
    }
  }

  private mutating func explain(_ policy: ExplainedPolicy, isFirst: Bool) {
    let name = policy.stage.label
    let settings = policy.settings.map { String(repeating: " ", count: max(1, 12 - name.count)) + $0 } ?? ""
    fact(isFirst ? "policies" : String(repeating: " ", count: 10), name + settings)
  }

  private mutating func explain(_ composite: ExplainedComposite, _ route: ExplainedRoute) {
    let soft = composite.plan.softTimeout.map { ", answers with what is ready after \($0.written)" } ?? ""
    fact("budget", composite.plan.timeout.written + soft)
    if composite.plan.writes { fact("writes", composite.leaving) }
    if composite.calls.isEmpty {
      fact("calls", "none: a static answer")
    } else {
      fact("upstream", "\(route.forwarding.joined(separator: ", ")) with every call\(sharing(composite, route))")
      line("calls")
      for row in CallDrawing(composite).rows { line("  \(row)") }
    }
    for (number, stage) in composite.stages.enumerated() {
      line("stage \(number + 1)\(stage.count > 1 ? ", at once" : "")")
      for index in stage { explain(composite.calls[index]) }
    }
    line("answer")
    fact("status", composite.status)
    fact("headers", composite.responseHeaders.map(\.text).joined(separator: ", "))
    if let response = composite.response {
      row(2, "body", response)
    } else {
      fact("body", "an object with one member per call")
    }
    fact("meta", composite.meta)
  }

  private func sharing(_ composite: ExplainedComposite, _ route: ExplainedRoute) -> String {
    let isShared = route.cache.isEmpty && composite.calls.contains { $0.plan.cache != nil }
    return isShared ? ", but only \(route.sharedForwarding.joined(separator: ", ")) where it has `cache`" : ""
  }

  private mutating func explain(_ call: ExplainedCall) {
    let plan = call.plan
    line("  \(plan.name)")
    for request in call.requests.prefix(Self.maxRequests) {
      detail("", "\(plan.request.method) \(call.backend.plan.name) \(request.target)")
      if let fault = request.fault { detail("fault", "no request can be made: \(fault)") }
      if let body = request.body { detail("body", body) }
    }
    let more = call.requests.count - Self.maxRequests
    if more > 0 { detail("", "… and \(more) more") }
    if let each = plan.each { detail("each", text(each, call)) }
    if !call.waitsFor.isEmpty { detail("after", call.waitsFor.joined(separator: ", ")) }
    if !call.requiredBefore.isEmpty { detail("after required:", call.requiredBefore.joined(separator: ", ")) }
    if let when = plan.when { detail("when", "\(when.source)\(call.condition.text)") }
    let attempt = call.backend.plan.timeout.flatMap { $0 < call.deadline ? ", \($0.written) an attempt" : nil } ?? ""
    let origin =
      call.write != nil
      ? "its own, whatever is left of the route's"
      : plan.timeout == nil ? "what is left of the route's" : "or what is left of the route's"
    detail("deadline", "\(call.deadline.written), \(origin)\(attempt)")
    if call.backend.plan.retry != nil { detail("repeated", call.repetition) }
    if plan.isDeclaredSafe { detail("safe", "it only reads, and is treated as a GET") }
    if let write = call.write { explain(write) }
    if !call.headers.isEmpty { detail("headers", call.headers.map(\.text).joined(separator: ", ")) }
    let absent = plan.absent.written
    detail("success", plan.accept.written + (absent.isEmpty ? "" : "; \(absent) means that there is none"))
    if plan.decoding == .text { detail("as", "text") }
    if let select = plan.select { detail("value", select.source) }
    detail("failure", call.onFailure)
    if let cache = plan.cache { detail("cache", CacheExplanation.lifetime(cache)) }
  }

  private mutating func explain(_ write: ExplainedWrite) {
    if !write.exclusiveWith.isEmpty {
      detail("exclusive", "either it or \(write.exclusiveWith.joined(separator: ", ")) is made, by `when`")
    }
    detail("key", write.key)
    guard let compensation = write.compensation else { return }
    detail("compensate", compensation.request)
    if let fault = compensation.fault { detail("fault", "no request can be made: \(fault)") }
    if let body = compensation.body { detail("with", body) }
    detail("where", compensation.course)
  }

  private func text(_ each: EachPlan, _ call: ExplainedCall) -> String {
    let size = each.batch.map { "\($0) to a request" } ?? "one to a request"
    let items = call.plan.isSafe ? "distinct item" : "item"
    let known = call.itemCount.map { "\($0) \(items)\($0 == 1 ? "" : "s")" } ?? "each item"
    let key = each.key.map { ", an object by `\($0)`" } ?? ""
    return "\(known) of \(each.list.source), \(size), \(each.concurrency) at once, at most \(each.max)\(key)"
  }

  private mutating func explain(_ proxy: ExplainedProxy, _ route: ExplainedRoute) {
    fact("proxy", "\(route.asked.method) \(proxy.backend.plan.name) \(proxy.target)")
    if let fault = proxy.fault { fact("fault", "no request can be made: \(fault)") }
    fact("host", proxy.host == .client ? "the client's" : "the backend's")
    let given = proxy.headers.map(\.text) + route.forwarding
    fact("upstream", "the client's end-to-end headers, here: \(given.joined(separator: ", "))")
    if !proxy.withheld.isEmpty { fact("withheld", proxy.withheld.joined(separator: ", ")) }
    fact("deadlines", "\(proxy.plan.timeout.written) to the head, \(proxy.plan.idleTimeout.written) without a byte")
    let places = proxy.plan.places == nil ? "" : "; places of the backend told by the route's paths"
    fact("answer", "as it comes: status, end-to-end headers, body; with Via and X-Request-Id\(places)")
  }

  private mutating func fact(_ name: String, _ value: String) { row(2, name, value) }

  private mutating func detail(_ name: String, _ value: String) { row(4, name, value) }

  private mutating func detail(_ name: String, _ value: JSONValue) { row(4, name, value) }

  /// Broken up where it is long.
  private mutating func row(_ indent: Int, _ name: String, _ value: JSONValue) {
    let lead = String(repeating: " ", count: indent + 11)
    row(indent, name, value.indented(width: 100 - lead.count).replacing("\n", with: "\n\(lead)"))
  }

  private mutating func row(_ indent: Int, _ name: String, _ value: String) {
    let padded = name.isEmpty ? "" : name + String(repeating: " ", count: max(1, 11 - name.count))
    line(String(repeating: " ", count: indent) + padded + value)
  }

  private mutating func line(_ line: String) {
    text += line + "\n"
  }
}

extension ExplainedCall {
  /// What its failure means.
  var onFailure: String {
    if plan.required { return "the route fails: required" }
    if let fallback = plan.fallback {
      return "the fallback stands in: \(fallback.constant?.jsonText ?? "a template")"
    }
    return plan.each == nil
      ? "null, and the answer is partial" : "null for each item that failed, and the answer is partial"
  }
}

extension ExplainedComposite {
  /// What becomes of writes where the client leaves.
  fileprivate var leaving: String {
    switch plan.onDisconnect {
    case .finish: "what was begun is finished, even if the client leaves"
    case .cancel: "if the client leaves, nothing more is begun, and what was done is undone"
    }
  }
}

extension ExplainedCall.Condition {
  var text: String {
    switch self {
    case .always, .unknown: ""
    case .met: ": true, it runs"
    case .unmet: ": false, it is skipped"
    }
  }
}
