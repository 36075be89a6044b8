import JSONText
import Plans
import Timing

/// An explanation as JSON.
struct ExplanationDocument {
  let route: ExplainedRoute

  init(_ route: ExplainedRoute) {
    self.route = route
  }

  var json: JSONValue {
    var document = JSONObject()
    document.append("request", route.asked.json)
    document.append("match", true)
    document.append("route", matched)
    document.append("kind", .string(route.kind))
    document.append("note", .text(route.methodNote))
    document.append("reads", .texts(route.reads))
    document.append("policies", .array(route.policies.map(\.json)))
    let answers = route.answers.map { JSONObject.Member(name: $0.name, value: .string($0.value)) }
    document.append("answers", answers.isEmpty ? .null : .object(JSONObject(answers)))
    let cache = route.cache.map { JSONObject.Member(name: $0.name, value: .string($0.value)) }
    document.append("cache", cache.isEmpty ? .null : .object(JSONObject(cache)))
    document.append("forwardingHeaders", .texts(route.forwarding))
    switch route.work {
    case .composite(let composite): add(composite, to: &document)
    case .proxy(let proxy): document.append("proxy", json(proxy))
    case .redirect(let redirect): document.append("redirect", redirect.json)
    case .files(let files): document.append("files", files.json)
    }
    document.append("backends", .array(route.backends.map(\.json)))
    return .object(document)
  }

  private var matched: JSONValue {
    [
      "name": .string(route.plan.name), "bff": .string(route.plan.bff), "hosts": .texts(route.plan.hosts),
      "file": .string(route.plan.location.file), "line": .number(JSONNumber(route.plan.location.line)),
      "captures": .object(JSONObject(route.captures.map { .init(name: $0.name, value: .string($0.value)) })),
    ]
  }

  private func add(_ composite: ExplainedComposite, to document: inout JSONObject) {
    document.append("timeoutMs", .milliseconds(composite.plan.timeout))
    document.append("softTimeoutMs", .milliseconds(composite.plan.softTimeout))
    let disconnect: JSONValue = composite.plan.writes ? .string(composite.plan.onDisconnect.rawValue) : .null
    document.append("onDisconnect", disconnect)
    document.append("stages", .array(composite.stages.map { .texts($0.map { composite.calls[$0].plan.name }) }))
    document.append("calls", .array(composite.calls.map(json)))
    document.append(
      "answer",
      [
        "status": .string(composite.status), "headers": .array(composite.responseHeaders.map(\.json)),
        "body": composite.response ?? .null, "meta": .string(composite.meta),
        "passStatus": .string(composite.plan.passStatus.written),
      ])
  }

  private func json(_ call: ExplainedCall) -> JSONValue {
    let plan = call.plan
    let condition: JSONValue =
      switch call.condition {
      case .always, .unknown: .null
      case .met: true
      case .unmet: false
      }
    return [
      "name": .string(plan.name), "stage": .number(JSONNumber(call.stage + 1)), "after": .texts(call.waitsFor),
      "afterRequired": .texts(call.requiredBefore), "safe": .bool(plan.isSafe),
      "exclusiveWith": .texts(call.write?.exclusiveWith ?? []), "idempotencyKey": .text(call.write?.key),
      "compensation": call.write?.compensation?.json ?? .null,
      "required": .bool(plan.required), "when": .text(plan.when?.source), "runs": condition,
      "each": plan.each.map { each($0, call.itemCount) } ?? .null, "backend": .string(call.backend.plan.name),
      "requests": .array(call.requests.map { request($0, of: plan) }), "headers": .array(call.headers.map(\.json)),
      "deadlineMs": .milliseconds(call.deadline), "attemptMs": .milliseconds(call.backend.plan.timeout),
      "repeated": .string(call.repetition), "accept": .string(plan.accept.written),
      "absent": .string(plan.absent.written), "as": .string(plan.decoding.rawValue),
      "select": .text(plan.select?.source),
      "onFailure": .string(call.onFailure), "cache": .text(plan.cache.map(CacheExplanation.lifetime)),
    ]
  }

  private func request(_ request: ExplainedCall.Request, of plan: CallPlan) -> JSONValue {
    [
      "method": .string(plan.request.method), "target": .string(request.target), "body": request.body ?? .null,
      "fault": .text(request.fault),
    ]
  }

  private func each(_ each: EachPlan, _ count: Int?) -> JSONValue {
    [
      "list": .string(each.list.source), "items": count.map { .number(JSONNumber($0)) } ?? .null,
      "batch": each.batch.map { .number(JSONNumber($0)) } ?? .null, "key": .text(each.key),
      "concurrency": .number(JSONNumber(each.concurrency)), "max": .number(JSONNumber(each.max)),
    ]
  }

  private func json(_ proxy: ExplainedProxy) -> JSONValue {
    [
      "backend": .string(proxy.backend.plan.name), "method": .string(route.asked.method),
      "target": .string(proxy.target), "fault": .text(proxy.fault), "host": .string(proxy.host.rawValue),
      "headers": .array(proxy.headers.map(\.json)), "withheld": .texts(proxy.withheld),
      "timeoutMs": .milliseconds(proxy.plan.timeout), "idleTimeoutMs": .milliseconds(proxy.plan.idleTimeout),
      "rewriteLocation": .bool(proxy.plan.places != nil),
    ]
  }
}

extension JSONValue {
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
  static func milliseconds(_ duration: Duration?) -> JSONValue {
    duration.map { .number(JSONNumber(Int($0.nanoseconds / 1_000_000))) } ?? .null
  }
}
