import JMESPath
import JSONText
import Messages
import Plans

extension OperationWriter {
  var responses: ResponseTable {
    var table = ResponseTable()
    switch route.work {
    case .composite(let composite): addComposite(composite, to: &table)
    case .proxy: addProxy(to: &table)
    case .redirect(let redirect):
      let status = String(redirect.status)
      table.add(status, "It is elsewhere.", nil)
      table.addHeader(status, "Location", writer.schema(.string), "Where it is.")
    case .files: addFiles(to: &table)
    }
    let own = table.statuses
    addSamples(to: &table)
    addRefusals(to: &table)
    addHeaders(own, to: &table)
    return table
  }

  private var hasContent: Bool { method != "HEAD" }

  private func addComposite(_ composite: CompositePlan, to table: inout ResponseTable) {
    let mediaType = composite.responseHeaders.first { $0.meantName == "content-type" }
    let type = mediaType.map { $0.value.constant ?? ResponseTable.anything } ?? Self.json
    var shape = shapes.answer
    let hasMeta = shape.kinds.contains(.object) && composite.meta.when != .never
    let mayHaveMeta = hasMeta && (composite.meta.when == .always || composite.mayBePartial)
    // What it is, the schema of its own says.
    if mayHaveMeta, !shape.isAny { shape.members.removeAll { $0.name == composite.meta.name } }
    var schema = writer.object(shape)
    if mayHaveMeta, !shape.isAny {
      var properties = JSONObject()
      for (name, value) in schema["properties"]?.namedValues ?? [] { properties.append(name, value) }
      properties.append(composite.meta.name, ["$ref": "#/components/schemas/Meta"])
      if writer.version == .latest || shape.kinds == .object { schema["properties"] = .object(properties) }
    }
    let whole =
      composite.mayBePartial
      ? "The answer. What failed is null in it, or what the definition has for it" : "The answer."
    let note = mayHaveMeta ? ", and `\(composite.meta.name)` tells of it." : "."
    let description = composite.mayBePartial ? whole + note : whole
    for status in Self.statuses(composite.status) {
      let isBodiless = status == "204" || status == "205" || status == "304" || !hasContent
      table.add(status, description, isBodiless ? nil : type, .object(schema))
    }
    if composite.cache != nil { table.add("304", "The client has it already.", nil) }
    addFailures(of: composite, to: &table)
  }

  /// Those that a template may give; where any may come, all.
  private static func statuses(_ template: TextTemplate?) -> [String] {
    guard let template else { return ["200"] }
    guard let literals = template.literals else { return ["200", "2XX", "3XX", "4XX", "5XX"] }
    let statuses = literals.map { value in value.numberText?.number(in: 200...599) ?? 200 }
    return Set(statuses).sorted().map { String($0) }
  }

  private func addFailures(of composite: CompositePlan, to table: inout ResponseTable) {
    let required = composite.calls.filter(\.required)
    for status in 400...599 where composite.passStatus.contains(status) {
      let isTold = required.contains { call in
        let fails = !call.accept.contains(status) && !call.absent.contains(status)
        // Where a backend tells its statuses, it has no others.
        return fails && document.backends.operation(call.request)?.mayAnswer(status) != false
      }
      if isTold { addProblem(status, to: &table) }
    }
    if composite.reads.body { for status in [400, 413] { addProblem(status, to: &table) } }
    if !required.isEmpty {
      addProblem(400, to: &table)
      for status in [502, 503, 504] { addProblem(status, to: &table) }
    }
    if !composite.calls.isEmpty || composite.response?.isComputed == true { addProblem(500, to: &table) }
    addDefault(to: &table)
  }

  private func addProxy(to table: inout ResponseTable) {
    for (status, body) in operation?.responses ?? [] {
      table.add(status, body.description ?? "", nil)
      guard hasContent else { continue }
      for content in body.contents { table.add(status, "", content.mediaType, writer.schema(content.shape)) }
    }
    if operation == nil || !table.has("default") {
      table.add("default", "What the backend answers.", hasContent ? ResponseTable.anything : nil)
    }
    for status in [502, 503, 504] { addProblem(status, to: &table) }
  }

  private func addFiles(to table: inout ResponseTable) {
    table.add("200", "The file.", hasContent ? ResponseTable.anything : nil)
    table.add("206", "A part of it.", hasContent ? ResponseTable.anything : nil)
    table.add("304", "The client has it already.", nil)
    for status in [404, 416] { addProblem(status, to: &table) }
    addDefault(to: &table)
  }

  private func addDefault(to table: inout ResponseTable) {
    addProblem(name: "default", "A problem.", to: &table)
  }

  private func addProblem(_ status: Int, to table: inout ResponseTable) {
    addProblem(name: String(status), Problem.phrase(of: status), to: &table)
    if [429, 503].contains(status) {
      table.addHeader(
        String(status), "Retry-After", writer.schema(.integer), "Seconds after which it is worth another attempt.")
    }
  }

  private func addProblem(name: String, _ description: String, to table: inout ResponseTable) {
    guard hasContent else { return table.add(name, description, nil) }
    if let errors = route.policies.answers.errors {
      let shape = errors.body.source.shape(Self.errorScope, noting: ValueUse())
      // A text goes out as it is; what can't be made of the template, as the problem.
      if shape.kinds.contains(.string) { table.add(name, description, "text/plain") }
      if !shape.kinds.isSubset(of: [.string, .null]) { table.add(name, description, Self.json, writer.schema(shape)) }
    }
    table.add(name, description, Problem.mediaType, Self.problem)
    // The backend of a proxy may answer so, too.
    if case .proxy = route.work { table.add(name, description, ResponseTable.anything) }
  }

  private static let errorScope: ValueShape = {
    let text = ValueShape([.string, .null])
    let members = ScopeName.ErrorMember.allCases.map { member in
      ValueShape.Member(member.rawValue, member == .status ? .integer : member == .title ? .string : text)
    }
    return .object([.init(ScopeName.error.rawValue, .object(members))])
  }()

  private func addRefusals(to table: inout ResponseTable) {
    let policies = route.policies
    var statuses: Set<Int> = []
    if let auth = policies.auth {
      for provider in document.providers(auth) {
        if !auth.isOptional { statuses.insert(provider.missingStatus) }
        statuses.insert(provider.invalidStatus)
        if provider.inquiry != nil || provider.asksRedis { statuses.insert(503) }
      }
      if !auth.scopes.isEmpty || auth.requirement != nil { statuses.insert(403) }
    }
    if policies.addresses != nil || policies.waf != nil { statuses.insert(403) }
    if policies.limits != nil { statuses.formUnion([429]) }
    if policies.limits?.own.contains(where: { !$0.isPlain }) == true { statuses.insert(400) }
    for rule in policies.refusals?.rules ?? [] { statuses.insert(rule.status) }
    if policies.bodyLimit != nil || policies.readBody { statuses.insert(413) }
    if policies.idempotency != nil { statuses.formUnion([400, 409, 422]) }
    for status in statuses.sorted() { addProblem(status, to: &table) }
  }

  /// What the definition says of answers goes before what can be told without it.
  private func addSamples(to table: inout ResponseTable) {
    for response in route.documentation.responses {
      let status = String(response.status)
      let isKnown = table.hasContent(status)
      if let description = response.description { table.describe(status, description) }
      guard let sample = response.sample, hasContent else {
        if !table.has(status) { table.add(status, Problem.phrase(of: response.status, isAnswer: true), nil) }
        continue
      }
      let type = table.types(status).first { $0.contains("json") } ?? Self.json
      if !isKnown {
        let shape = ValueShape(of: sample).asSample
        table.add(status, Problem.phrase(of: response.status, isAnswer: true), type, writer.schema(shape))
      }
      table.addExample(status, type, sample)
    }
  }

  private func addHeaders(_ statuses: [String], to table: inout ResponseTable) {
    let names = (route.policies.answers.responseHeaders?.templates ?? []).filter { !$0.isLeftOut }
    for status in statuses {
      for header in names where header.meantName != "content-type" {
        table.addHeader(status, header.name, writer.schema(.string), "Set by the definition.")
      }
    }
    guard let composite = route.composite, !composite.calls.isEmpty || composite.response?.isComputed == true,
      route.policies.answers.expose?.outcomeHeader != false
    else { return }
    for status in statuses where status.hasPrefix("2") {
      table.addHeader(
        status, "Weft-Outcome", writer.schema(.string), "The calls that did not plainly end well, and how they ended.")
    }
  }
}

extension Problem {
  fileprivate static func phrase(of status: Int, isAnswer: Bool) -> String {
    status < 400 ? "The answer." : phrase(of: status)
  }
}

extension BackendOperation {
  /// Whether its document has this status; one that has no failures in it tells nothing of them.
  func mayAnswer(_ status: Int) -> Bool {
    let names = responses.map(\.status)
    guard names.contains(where: { $0.hasPrefix("4") }) else { return true }
    return names.contains(String(status)) || names.contains("\(status / 100)XX") || names.contains("default")
  }
}

extension ValueShape {
  /// The shape of values of which this is one: others may lack a member, and what is null here may be anything.
  var asSample: ValueShape {
    if kinds == .null { return .any }
    var shape = ValueShape(kinds.contains(.integer) ? kinds.union(.number) : kinds)
    if kinds.contains(.array) { shape = shape.only(.all.subtracting(.array)).union(.array(of: elements.asSample)) }
    if kinds.contains(.object) {
      let members = members.map { Member($0.name, $0.shape.asSample, isRequired: false) }
      shape = shape.only(.all.subtracting(.object)).union(.object(members, others: .any))
    }
    return shape
  }
}
