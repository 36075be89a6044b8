import JMESPath
import JSONText
import Plans

/// The parameters of one operation: what its definition reads of the path, the query, headers and cookies.
struct ParameterList {
  /// OpenAPI has other places for these, and readers pass over parameters of their names.
  private static let namedElsewhere: Set<String> = ["accept", "content-type", "authorization"]
  /// Of the connection, of proxies before the gateway, or told by other parameters.
  private static let untold: Set<String> = ["cookie", "host", "content-length", "connection", "transfer-encoding"]

  private let route: RoutePlan
  private let shapes: RouteShapes
  private let writer: SchemaWriter
  private let operation: BackendOperation?
  private let credentials: Set<CredentialPlace>
  private(set) var all: [JSONValue] = []
  private var names: Set<[String]> = []

  /// - Parameters:
  ///   - path: the captures, and the names that they have in the document.
  ///   - operation: what the backend of a proxy says of it.
  ///   - credentials: told of as `security`.
  init(
    _ route: RoutePlan, _ shapes: RouteShapes, _ writer: SchemaWriter, path: [(capture: String, name: String)],
    _ operation: BackendOperation?, credentials: [CredentialPlace]
  ) {
    self.route = route
    self.shapes = shapes
    self.writer = writer
    self.operation = operation
    self.credentials = Set(credentials)
    for (capture, name) in path { addPath(capture, name) }
    addQuery()
    addHeaders()
    addCookies()
  }

  private func note(_ name: String) -> RouteDocumentation.Parameter? {
    route.documentation.parameters.first { $0.name == name }
  }

  private mutating func add(
    _ name: String, in place: String, required: Bool = false, _ schema: JSONObject, _ description: String? = nil,
    _ more: [(String, JSONValue)] = []
  ) {
    guard names.insert([place, place == "header" ? name.lowercased() : name]).inserted else { return }
    var parameter = JSONObject()
    parameter.append("name", .string(name))
    parameter.append("in", .string(place))
    if let description { parameter.append("description", .string(description)) }
    if required { parameter.append("required", true) }
    for (name, value) in more { parameter.append(name, value) }
    parameter.append("schema", .object(schema))
    all.append(.object(parameter))
  }

  private mutating func addPath(_ capture: String, _ name: String) {
    let isRest = route.pattern.segments.last == .rest(capture)
    let told = operation?.parameters.first {
      BackendOperation.place($0) == "path" && $0[member: "name"]?.string == capture
    }
    let note = note(capture)
    let rest = "The rest of the path: several segments with slashes between them, or nothing."
    let shape = told.flatMap { operation?.shape(ofParameter: $0) }
    add(
      name, in: "path", required: true, schema(note, .string, told: shape),
      note?.description ?? told?[member: "description"]?.string ?? (isRest ? rest : nil))
  }

  private func schema(
    _ note: RouteDocumentation.Parameter?, _ otherwise: ValueShape, told: ValueShape? = nil
  ) -> JSONObject {
    let kind: ValueShape? =
      switch note?.kind {
      case .string?: .string
      case .integer?: .integer
      case .number?: .number
      case .boolean?: .boolean
      case nil: told
      }
    var schema = writer.object(kind ?? otherwise)
    if let text = note?.defaultText { schema.append("default", (note?.kind ?? .string).value(text)) }
    return schema
  }

  /// A text that is taken for a number has to be one.
  private static func shape(of use: ValueUse?) -> ValueShape { use?.kinds == .number ? .number : .string }

  private mutating func addQuery() {
    let (single, lists) = (shapes.use.known("query"), shapes.use.known("queryList"))
    let reads = route.allReads
    addTold("query")
    var names = (single?.members ?? []).map(\.name)
    names += reads.query.sorted + route.documentation.parameters.map(\.name)
    let captures = route.pattern.captureNames
    for name in names where !captures.contains(name) && !credentials.contains(.query(name)) {
      let note = note(name)
      let use = single?.members.first { $0.name == name }?.use
      add(name, in: "query", schema(note, Self.shape(of: use)), note?.description)
    }
    for name in (lists?.members ?? []).map(\.name) + reads.queryList.sorted {
      add(name, in: "query", writer.object(.array(of: .string)), note(name)?.description)
    }
    var passesAll = reads.query == .all || reads.queryList == .all
    if case .proxy(let proxy) = route.work, !proxy.request.hasQuery { passesAll = passesAll || operation == nil }
    guard passesAll else { return }
    add(
      "query", in: "query", writer.object(.object([], others: .string)), "Whatever else there is in the query.",
      [("style", "form"), ("explode", true)])
  }

  /// What the backend of a proxy reads itself.
  private mutating func addTold(_ place: String) {
    guard let operation else { return }
    if place == "query", case .proxy(let proxy) = route.work, proxy.request.hasQuery { return }
    for parameter in operation.parameters where BackendOperation.place(parameter) == place {
      guard let name = parameter[member: "name"]?.string, !isElsewhere(name, place) else { continue }
      let note = note(name)
      add(
        name, in: place, required: parameter[member: "required"]?.bool == true,
        schema(note, .string, told: operation.shape(ofParameter: parameter)),
        note?.description ?? parameter[member: "description"]?.string)
    }
  }

  private func isElsewhere(_ name: String, _ place: String) -> Bool {
    switch place {
    case "header": isElsewhere(header: name.lowercased())
    case "query": credentials.contains(.query(name))
    default: false
    }
  }

  private func isElsewhere(header name: String) -> Bool {
    Self.namedElsewhere.contains(name) || Self.untold.contains(name)
      || credentials.contains { if case .header(name, _) = $0 { true } else { false } }
  }

  private mutating func addHeaders() {
    if let idempotency = route.policies.idempotency {
      add(
        idempotency.header, in: "header", required: idempotency.isRequired, writer.object(.string),
        "Names the request: one that is sent again has the answer of the first.")
    } else if route.composite?.writes == true {
      add(
        "Idempotency-Key", in: "header", writer.object(.string),
        "Names the request, so that what it writes is not written twice.")
    }
    if route.composite?.mayBePartial == true {
      add(
        "Prefer", in: "header", writer.object(.string),
        "`handling=strict`: a problem in place of an answer in which something is missing.")
    }
    addTold("header")
    let use = shapes.use.known("headers")
    for name in (use?.members ?? []).map(\.name) + route.allReads.headers.sorted
    where !isElsewhere(header: name.lowercased()) {
      add(name, in: "header", writer.object(Self.shape(of: use?.members.first { $0.name == name }?.use)))
    }
  }

  private mutating func addCookies() {
    let use = shapes.use.known("cookies")
    for name in (use?.members ?? []).map(\.name) + route.allReads.cookies.sorted
    where !credentials.contains(.cookie(name)) {
      add(name, in: "cookie", writer.object(Self.shape(of: use?.members.first { $0.name == name }?.use)))
    }
  }
}

extension ValueUse {
  /// Without making a member of what was not read.
  func known(_ name: String) -> ValueUse? { members.first { $0.name == name }?.use }
}

extension RequestReads.Names {
  /// Those that are named, in one order.
  var sorted: [String] {
    if case .some(let names) = self { names.sorted() } else { [] }
  }
}

extension RoutePlan {
  /// What its work and its policies read of requests.
  var allReads: RequestReads {
    var reads: RequestReads =
      switch work {
      case .composite(let plan): plan.reads
      case .proxy(let plan): plan.reads
      case .redirect(let plan): plan.reads
      case .files: RequestReads()
      }
    for limit in policies.limits?.own ?? [] { reads = reads.union(limit.reads) }
    if let refusals = policies.refusals { reads = reads.union(refusals.reads) }
    if let auth = policies.auth { reads = reads.union(auth.reads) }
    if let headers = policies.answers.responseHeaders { reads = reads.union(headers.reads) }
    return reads
  }
}

extension CompositePlan {
  /// Something of it may be missing in an answer that is none of failure.
  var mayBePartial: Bool {
    calls.contains { !$0.required || $0.each != nil } || response?.isComputed == true || status?.isComputed == true
  }
}
