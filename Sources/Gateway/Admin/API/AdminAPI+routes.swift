import Front
import JSONText
import Plans
import Timing
import Watching

extension AdminAPI {
  /// `GET /api/routes`: a row each; with `?name=` only those of that name, with their calls.
  func routes(_ request: IncomingRequest) -> JSONObject {
    let plan = generations.generation.plan
    let minute = watches.lastMinute(at: .now())
    let name = request.parameter("name")
    let routes = plan.routes.filter { name == nil || $0.name == name }
    var answer = JSONObject()
    answer.append("seconds", .rounded(minute.seconds))
    answer.append(
      "routes", .array(routes.map { .object(row($0, plan, minute, isWhole: name != nil)) }))
    return answer
  }

  private func row(_ route: RoutePlan, _ plan: GatewayPlan, _ minute: LastMinute, isWhole: Bool) -> JSONObject {
    let figures = minute.routes[route.name]
    var row = JSONObject()
    row.append("name", .string(route.name))
    row.append("bff", .string(route.bff))
    row.append("kind", .string(route.work.kind))
    row.append("methods", .array(route.methods.list.map { .string($0) }))
    row.append("path", .string("\(route.pattern)"))
    row.append("captures", .array(route.pattern.captureNames.map { .string($0) }))
    row.append("hosts", .array(route.hosts.map { .string($0) }))
    row.append("place", .string("\(route.location)"))
    row.append("policies", .array(StageName.of(route).map { .string($0.label) }))
    for member in LastMinute.Whole.figures(figures?.tally, minute).members { row.append(member.name, member.value) }
    if isWhole { row.append("calls", .array(calls(of: route, plan, figures, minute))) }
    return row
  }

  /// The graph: `stage` counts from 0, and a call is behind all that it waits for.
  private func calls(
    of route: RoutePlan, _ plan: GatewayPlan, _ figures: LastMinute.Whole?, _ minute: LastMinute
  ) -> [JSONValue] {
    switch route.work {
    case .composite(let composite):
      let stages = CallStages(composite.calls).stages
      return composite.calls.enumerated().map { index, call in
        var row = JSONObject()
        row.append("name", .string(call.name))
        row.append("backend", .string(plan.backends[call.request.backend].name))
        row.append("request", .string("\(call.request.method) \(call.request.targetSource)"))
        row.append("stage", .number(JSONNumber(stages.firstIndex { $0.contains(index) } ?? 0)))
        row.append("waits", .array(call.waits.sorted().map { .string(composite.calls[$0].name) }))
        row.append("required", .bool(call.required))
        row.append("writes", .bool(!call.isSafe))
        row.append("cached", .bool(call.cache != nil))
        for member in LastMinute.Whole.figures(figures?.parts[call.name], minute).members {
          row.append(member.name, member.value)
        }
        return .object(row)
      }
    case .proxy(let proxy):
      let backend = plan.backends[proxy.request.backend].name
      var row = JSONObject()
      row.append("name", .string(backend))
      row.append("backend", .string(backend))
      row.append("request", .string("\(proxy.request.targetSource)"))
      row.append("stage", 0)
      row.append("waits", [])
      row.append("required", true)
      row.append("writes", false)
      row.append("cached", false)
      for member in LastMinute.Whole.figures(figures?.parts[backend], minute).members {
        row.append(member.name, member.value)
      }
      return [.object(row)]
    case .redirect, .files: return []
    }
  }
}

extension RoutePlan.Work {
  fileprivate var kind: String {
    switch self {
    case .composite: "composite"
    case .proxy: "proxy"
    case .redirect: "redirect"
    case .files: "files"
    }
  }
}

extension MethodSet {
  fileprivate var list: [String] {
    switch self {
    case .any: ["ANY"]
    case .only(let names): names
    }
  }
}
