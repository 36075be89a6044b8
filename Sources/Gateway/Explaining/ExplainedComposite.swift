import Composing
import Front
import JSONText
import Messages
import Plans

/// The calls of a composite by stages, and its answer.
struct ExplainedComposite {
  let plan: CompositePlan
  /// The calls in the file's order.
  let calls: [ExplainedCall]
  /// Indices of calls.
  let stages: [[Int]]
  let status: String
  /// The header lines, apart from those that Weft adds to every answer.
  let responseHeaders: [ExplainedHeader]
  /// The shape of the answer, as far as it is known; `nil`: an object with one member per call.
  let response: JSONValue?

  /// - Parameters:
  ///   - route: see `RoutePlan.identity`.
  ///   - identifiesClients: it has `auth`, and who the client shows to be is not known.
  init(
    _ plan: CompositePlan, route: String, _ backends: [BackendPlan], _ known: KnownValues, _ request: IncomingRequest,
    identifiesClients: Bool
  ) {
    self.plan = plan
    let stages = CallStages(plan.calls).stages
    self.stages = stages
    let composer = Composer(plan, backends: backends, route: route)
    var context = ForwardedFields(plan, backends).context(of: request, known.scope)
    // Each request has another.
    context.randomKey = nil
    calls = plan.calls.indices.map { index in
      let stage = stages.firstIndex { $0.contains(index) } ?? 0
      return ExplainedCall(
        index, of: composer, stage: stage, backends: backends, known, context, identifiesClients: identifiesClients)
    }
    status = plan.status.map { (try? known.text(of: $0)) ?? $0.source } ?? "200"
    var headers: [ExplainedHeader] = plan.responseHeaders.compactMap { template in
      guard let field = try? known.field(of: template) else { return nil }
      return ExplainedHeader(name: field.name.lowercased(), value: field.value, origin: .definition)
    }
    if !headers.contains(where: { $0.name == "content-type" }) {
      headers.insert(ExplainedHeader(name: "content-type", value: "application/json", origin: .weft), at: 0)
    }
    responseHeaders = headers
    response = plan.response.map { (try? $0.outline(known.scope, isKnown: known.knows)) ?? .null }
  }

  /// What `_meta` is added for.
  var meta: String {
    switch plan.meta.when {
    case .partial: "`\(plan.meta.name)` in partial answers"
    case .always: "`\(plan.meta.name)` in all answers"
    case .never: "none"
    }
  }
}

/// The call graph cut into stages: a call stands in the stage after the last call that it waits for.
struct CallStages {
  let stages: [[Int]]

  init(_ calls: [CallPlan]) {
    var depth = [Int?](repeating: nil, count: calls.count)
    func resolve(_ index: Int) -> Int {
      if let known = depth[index] { return known }
      let own = (calls[index].waits.map(resolve).max() ?? -1) + 1
      depth[index] = own
      return own
    }
    for index in calls.indices { _ = resolve(index) }
    let count = (depth.compactMap(\.self).max() ?? -1) + 1
    stages = (0..<count).map { stage in calls.indices.filter { depth[$0] == stage } }
  }
}

/// A header that goes upstream, or comes back.
struct ExplainedHeader {
  enum Origin: String {
    /// The definition's own.
    case definition
    /// The client's own, sent on.
    case client
    case weft
  }

  var name: String
  /// `nil`: whatever the client sends, where it sends it.
  var value: String?
  var origin: Origin

  var text: String {
    (value.map { "\(name): \($0)" } ?? name) + (origin == .client ? " (the client's)" : "")
  }

  var json: JSONValue {
    ["name": .string(name), "value": value.map { .string($0) } ?? .null, "from": .string(origin.rawValue)]
  }
}
