import Messages
import Plans

/// What of a folder's routes its tests reach: calls, what stands in for them, answers, refusals. A value.
package struct TestCoverage {
  private struct Part: Hashable {
    let route: String
    let text: String
  }

  private var parts: [Part] = []
  private var reached: Set<Part> = []
  private let plan: GatewayPlan

  package init(_ plan: GatewayPlan) {
    self.plan = plan
    for route in plan.routes { parts += Self.parts(of: route).map { Part(route: route.name, text: $0) } }
  }

  package var count: Int { Set(parts).count }
  package var reachedCount: Int { reached.count }

  /// A line for each route with something that no test reaches, behind one for the whole.
  package var text: String {
    let share = count == 0 ? 100 : reachedCount * 100 / count
    var lines = ["coverage: \(reachedCount) of \(count) (\(share)%)"]
    for route in plan.routes {
      let missing = parts.filter { $0.route == route.name && !reached.contains($0) }.map(\.text)
      if !missing.isEmpty { lines.append("  \(route.name): no test reaches \(missing.joined(separator: ", "))") }
    }
    return lines.joined(separator: "\n")
  }

  package mutating func add(_ outcome: StepOutcome) {
    guard let name = outcome.route, let route = plan.routes.first(where: { $0.name == name }) else { return }
    if let refused = outcome.refused {
      reach(Self.refusal(by: refused), of: name)
      return
    }
    reach(Self.answer, of: name)
    guard let composite = route.composite, outcome.cache != .hit, outcome.cache != .stale else { return }
    let words = outcome.words
    for call in composite.calls {
      switch words[call.name]?.word {
      case nil, "ok", "absent": reach(Self.call(call), of: name)
      case "skipped": reach(Self.skip(call), of: name)
      case "cancelled": break
      default: reach(Self.failure(call), of: name)
      }
    }
  }

  private mutating func reach(_ text: String, of route: String) {
    let part = Part(route: route, text: text)
    if parts.contains(part) { reached.insert(part) }
  }

  // MARK: Parts

  private static let answer = "an answer"

  private static func parts(of route: RoutePlan) -> [String] {
    var parts = [answer]
    for call in route.composite?.calls ?? [] {
      parts += [self.call(call), failure(call)]
      if call.when != nil { parts.append(skip(call)) }
    }
    let refusing: [StageName] = [.address, .limit, .auth, .limitByIdentity, .refuse, .limitByBody, .waf]
    for stage in refusing where stage.applies(to: route) && !parts.contains(refusal(by: stage.label)) {
      parts.append(refusal(by: stage.label))
    }
    return parts
  }

  private static func call(_ call: CallPlan) -> String { "`\(call.name)`" }

  private static func failure(_ call: CallPlan) -> String {
    if call.required { return "the failure of `\(call.name)`" }
    return call.fallback == nil ? "an answer without `\(call.name)`" : "the fallback of `\(call.name)`"
  }

  private static func skip(_ call: CallPlan) -> String { "`\(call.name)` skipped" }
  private static func refusal(by stage: String) -> String { "a refusal by `\(stage)`" }
}
