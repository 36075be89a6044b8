import JMESPath
import JSONText
import Plans

/// The shapes of what a route's templates see and make, and what they do with what requests say. *Confined to* the making
/// of one document.
struct RouteShapes {
  /// What is read of the scope, and what for.
  let use = ValueUse()
  /// Of the answer; `any` where it is no composite.
  private(set) var answer = ValueShape.any
  private(set) var scope: ValueShape

  init(_ route: RoutePlan, _ plan: GatewayPlan, _ documents: BackendDocuments) {
    scope = Self.inputs(route)
    noteWork(route.work, plan, documents)
    notePolicies(route.policies)
  }

  /// What requests have; nothing of it is sure to be there.
  private static func inputs(_ route: RoutePlan) -> ValueShape {
    func named(_ member: ValueShape) -> ValueShape { .object([], others: member) }
    let path = route.pattern.captureNames.map { ValueShape.Member($0, .string) }
    let identity = ScopeName.IdentityMember.allCases.map { member in
      ValueShape.Member(member.rawValue, member == .groups ? .any : ValueShape([.string, .null]), isRequired: false)
    }
    let client = ScopeName.ClientMember.allCases.map { member in
      ValueShape.Member(
        member.rawValue, member.members.isEmpty ? ValueShape([.string, .null]) : .any, isRequired: false)
    }
    let call = ValueShape.object([
      .init("outcome", .string), .init("status", ValueShape.integer.orNull), .init("headers", named(.any)),
      .init("ms", ValueShape.number.orNull),
    ])
    return .object([
      .init("path", .object(path)), .init("query", named(.string)), .init("queryList", named(.array(of: .string))),
      .init("headers", named(.string)), .init("cookies", named(.string)), .init("claims", .any),
      .init("identity", ValueShape.object(identity, others: .any).orNull),
      .init("client", .object(client, others: .any)),
      .init("body", .any), .init("env", named(.string)), .init("calls", named(call.orNull)), .init("partial", .boolean),
      .init("item", .any), .init("items", .array(of: .any)), .init("response", .any), .init("error", .any),
    ])
  }

  private mutating func noteWork(_ work: RoutePlan.Work, _ plan: GatewayPlan, _ documents: BackendDocuments) {
    switch work {
    case .composite(let composite): compose(composite, documents)
    case .proxy(let proxy):
      note(proxy.request.expressions)
      note(proxy.headers)
    case .redirect(let redirect): note(redirect.target.expressions)
    case .files: break
    }
  }

  private mutating func notePolicies(_ policies: RoutePolicies) {
    for rule in policies.refusals?.rules ?? [] { note(rule.when) }
    for limit in policies.limits?.own ?? [] {
      if case .computed(let template) = limit.allowance { note(template) }
      note(limit.by)
      note(limit.cost)
    }
    note(policies.auth?.requirement)
    note(policies.answers.responseHeaders?.templates ?? [])
  }

  @discardableResult
  private func note(_ template: TextTemplate?) -> ValueShape {
    template?.shape(scope, noting: use) ?? .null
  }

  private func note(_ expressions: [TemplateExpression]) {
    for expression in expressions { _ = expression.shape(scope, noting: use) }
  }

  private func note(_ headers: [HeaderTemplate]) {
    for header in headers { note(header.value) }
  }

  // MARK: Composites

  /// A call stands in scope for those that read it, which are not before it in the order of their starts.
  private mutating func compose(_ composite: CompositePlan, _ documents: BackendDocuments) {
    var shapes: [ValueShape?] = Array(repeating: nil, count: composite.calls.count)
    var isChanged = true
    while isChanged {
      isChanged = false
      for (index, call) in composite.calls.enumerated()
      where shapes[index] == nil && call.reads.allSatisfy({ shapes[$0] != nil }) {
        let shape = shape(of: call, documents)
        shapes[index] = shape
        scope.members.append(.init(call.name, shape))
        isChanged = true
      }
    }
    note(composite.status)
    note(composite.responseHeaders)
    for tag in composite.cache?.tags ?? [] { note(tag) }
    if let response = composite.response {
      answer = response.source.shape(scope, noting: use)
    } else {
      answer = .object(zip(composite.calls, shapes).map { .init($0.name, $1 ?? .any) })
    }
  }

  private mutating func shape(of call: CallPlan, _ documents: BackendDocuments) -> ValueShape {
    note(call.when)
    let outer = scope
    defer { scope = outer }
    if let each = call.each {
      let list = note(each.list)
      let item = list.kinds.contains(.array) ? list.elements : .any
      scope.members.removeAll { $0.name == ScopeName.item.rawValue || $0.name == ScopeName.items.rawValue }
      scope.members.append(.init(ScopeName.item.rawValue, item))
      scope.members.append(.init(ScopeName.items.rawValue, .array(of: item)))
    }
    note(call.request.expressions)
    note(call.headers)
    _ = call.body?.source.shape(scope, noting: use)
    if case .template(let key) = call.idempotencyKey { note(key) }
    var shape = value(of: call, documents)
    if let fallback = call.fallback {
      shape = shape.union(fallback.source.shape(outer, noting: use))
    } else if !call.required {
      shape = shape.orNull
    }
    return call.when == nil ? shape : shape.orNull
  }

  /// The value of a call that ended well.
  private func value(of call: CallPlan, _ documents: BackendDocuments) -> ValueShape {
    var shape = call.decoding == .text ? .string : documents.operation(call.request)?.answer(call.accept) ?? .any
    if let select = call.select { shape = select.shape(shape, noting: ValueUse()) }
    if call.absent != StatusSet() { shape = shape.orNull }
    guard let each = call.each else { return shape }
    // What one item fails by is null in its place.
    let element = each.batch == nil ? shape : shape.kinds.contains(.array) ? shape.elements : .any
    return each.key == nil ? .array(of: element.orNull) : .object([], others: element.orNull)
  }
}

/// What backends say of themselves. *Immutable.*
struct BackendDocuments {
  private let plan: GatewayPlan
  private let operations: [String: [BackendOperation]]
  /// The path that a document puts before its own, where the backend's URL has none.
  private let bases: [String: [String]]

  init(_ plan: GatewayPlan) {
    self.plan = plan
    operations = plan.backendDocuments.mapValues(BackendOperation.all)
    bases = plan.backendDocuments.mapValues { Self.base($0) }
  }

  private static func base(_ document: JSONValue) -> [String] {
    let url = document[member: "servers"]?[0]?[member: "url"]?.string ?? ""
    let path = url.replacing(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\/]*/, with: "")
    return path.split(separator: "/").map(String.init)
  }

  /// What the document of a request's backend says of it; `nil`: nothing.
  func operation(_ request: RequestTemplate) -> BackendOperation? {
    operation(request, request.method)
  }

  func operation(_ request: RequestTemplate, _ method: String) -> BackendOperation? {
    let name = plan.backends[request.backend].name
    return candidates(request).lazy.compactMap { BackendOperation.find(operations[name] ?? [], $0, method) }.first
  }

  /// The operations of a backend, and what is left of their paths behind that of a request which ends in a `*rest`.
  func operations(behind request: RequestTemplate) -> [(operation: BackendOperation, rest: [String])] {
    let name = plan.backends[request.backend].name
    guard request.segments.last == .rest else { return [] }
    for segments in candidates(request) {
      let found = (operations[name] ?? []).compactMap { operation in
        operation.rest(behind: segments.dropLast()).map { (operation, $0) }
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The path of a request as it stands, and without what the document puts before all paths.
  private func candidates(_ request: RequestTemplate) -> [[RequestTemplate.Segment]] {
    let segments = request.segments
    let base = bases[plan.backends[request.backend].name] ?? []
    guard !base.isEmpty, segments.count > base.count, zip(base, segments).allSatisfy({ .literal($0) == $1 }) else {
      return [segments]
    }
    return [segments, Array(segments.dropFirst(base.count))]
  }
}
