import JSONText
import Plans

/// Which names the templates of one route may read, and what they have read so far. Confined to one load.
final class RouteScope {
  let loading: Loading
  /// Names of the route's captures; `nil` where its path is wrong, and nothing is known of them.
  let captures: [String]?
  /// In the file's order.
  let calls: [String]
  /// Those of its `auth`; empty without one, `nil` where they are not known.
  let providers: [ProviderPlan]?
  private(set) var reads = RequestReads()
  private var environmentNames: Set<String> = []
  /// Calls whose answer's headers are read.
  private(set) var headerReads: Set<Int> = []

  /// The route as users know it, and where its mapping is.
  private let route: (name: String, node: YAMLNode)

  /// - Parameter queryDefaults: of the route's parameters.
  init(
    captures: [String]?, calls: [String], providers: [ProviderPlan]?, route: (name: String, node: YAMLNode),
    queryDefaults: [String: String] = [:], loading: Loading
  ) {
    reads.queryDefaults = queryDefaults
    self.route = route
    self.providers = providers
    self.captures = captures
    self.calls = calls
    self.loading = loading
  }

  /// One of the same route, of which nothing was read yet.
  func fresh() -> RouteScope {
    RouteScope(
      captures: captures, calls: calls, providers: providers, route: route, queryDefaults: reads.queryDefaults,
      loading: loading)
  }

  /// The environment variables that were read: no other one is ever in reach of a request.
  var environment: JSONObject {
    var variables = JSONObject()
    for name in environmentNames.sorted() {
      if let value = loading.environment[name] { variables.append(name, .string(value)) }
    }
    return variables
  }

  /// Adds what is read outside of templates: a forwarded header.
  func addHeaderRead(_ name: String) {
    reads.headers.formUnion(.some([name]))
  }

  /// Adds what `forward: all` reads.
  func addAllHeadersRead() {
    reads.headers = .all
  }

  /// Adds what a template that was checked elsewhere reads of the request, and of the environment.
  func add(_ references: [TemplateReference]) {
    for reference in references {
      reads.insert(reference.path)
      if reference.path.first == ScopeName.env.rawValue, let name = reference.path.dropFirst().first {
        environmentNames.insert(name)
      }
    }
  }

  /// Reports what can't be read at this position; returns the calls that are read.
  @discardableResult
  func check(_ expressions: [TemplateExpression], in node: YAMLNode, _ position: Position) -> Set<Int> {
    if position.readsEnvironment { loading.checkEnvironment(expressions, in: node) }
    var found: Set<Int> = []
    for reference in expressions.flatMap(\.references) {
      guard let head = reference.path.first else {
        found.formUnion(whole(reference, in: node, position))
        continue
      }
      if let index = calls.firstIndex(of: head), position.readsCalls {
        found.insert(index)
      } else if let name = ScopeName(rawValue: head), allows(name, position) {
        found.formUnion(member(name, reference, in: node))
      } else {
        refuse(head, reference, in: node, position)
      }
    }
    return found
  }

  /// Reports a node that is wrong for this route.
  func report(_ node: YAMLNode, _ message: String, hint: String? = nil) { report(node, at: 0, message, hint: hint) }

  /// What stands elsewhere, in the defaults or behind an alias, is wrong for this route only.
  private func report(_ node: YAMLNode, at offset: Int, _ message: String, hint: String? = nil) {
    let (place, start, end) = (node.location, route.node.location, route.node.end)
    let isInside =
      place.file == start.file && (place.line, place.column) >= (start.line, start.column)
      && (place.line, place.column) <= (end.line, end.column)
    let owner = isInside ? "" : " (in the route `\(route.name)`)"
    loading.report(node, at: offset, message + owner, hint: hint)
  }

  private func whole(_ reference: TemplateReference, in node: YAMLNode, _ position: Position) -> Set<Int> {
    guard position.readsWhole else {
      report(
        node, at: reference.offset, "the whole scope can't be used in \(position.name); name the values that are needed"
      )
      return []
    }
    reads.insert([])
    headerReads.formUnion(calls.indices)
    return Set(calls.indices)
  }

  private func allows(_ name: ScopeName, _ position: Position) -> Bool {
    if position.readsError { return name == .error }
    return switch name {
    case .path, .query, .queryList, .headers, .cookies, .client: true
    case .claims: providers?.contains(where: \.givesClaims) ?? true
    case .identity: providers?.isEmpty != true
    case .response: position.readsResponse
    case .partial: position.readsPartial
    case .error: false
    case .body: position.readsBody
    case .env: position.readsEnvironment
    case .calls: position.readsCalls
    case .item, .items: position.item == name
    }
  }

  /// Checks the name after the first, notes what is read, and returns the calls in it.
  private func member(_ name: ScopeName, _ reference: TemplateReference, in node: YAMLNode) -> Set<Int> {
    let member = reference.path.dropFirst().first
    reads.insert(reference.path)
    switch (name, member) {
    case (.path, let capture?):
      guard let captures, !captures.contains(capture) else { break }
      let known = captures.isEmpty ? "it captures nothing" : "it captures \(captures.quoted)"
      report(
        node, at: place(of: capture, reference, node), "the route's path has no capture `\(capture)`; \(known)",
        hint: Suggestion.hint(for: capture, among: captures))
    case (.client, let member?): checkClient(member, reference, in: node)
    case (.identity, let member?):
      let known = ScopeName.IdentityMember.allCases.map(\.rawValue)
      guard let providers, !providers.contains(where: \.givesFields), !known.contains(member) else { break }
      refuseMember(member, of: "identity", known, reference, in: node)
    case (.headers, let header?): checkCase(of: header, behind: "headers.", reference, in: node)
    case (.response, let member?): checkResponse(member, reference, in: node)
    case (.error, let member?):
      let known = ScopeName.ErrorMember.allCases.map(\.rawValue)
      if !known.contains(member) { refuseMember(member, of: "error", known, reference, in: node) }
    case (.env, let variable?): environmentNames.insert(variable)
    case (.env, nil):
      report(node, at: reference.offset, "`env` can't be used whole; name the variable: `env.NAME`")
    case (.calls, _): return call(reference, in: node)
    default: break
    }
    return []
  }

  /// `client.<member>`, and what is read below it.
  private func checkClient(_ name: String, _ reference: TemplateReference, in node: YAMLNode) {
    guard let member = ScopeName.ClientMember(rawValue: name) else {
      let known = ScopeName.ClientMember.allCases.map(\.rawValue)
      return refuseMember(name, of: "client", known, reference, in: node)
    }
    guard let inner = reference.path.dropFirst(2).first, !member.members.contains(inner) else { return }
    refuseMember(inner, of: "client.\(name)", member.members, reference, in: node)
  }

  /// `response.<member>`, and the header below it.
  private func checkResponse(_ name: String, _ reference: TemplateReference, in node: YAMLNode) {
    guard let member = ScopeName.ResponseMember(rawValue: name) else {
      let known = ScopeName.ResponseMember.allCases.map(\.rawValue)
      return refuseMember(name, of: "response", known, reference, in: node)
    }
    if member == .headers, let header = reference.path.dropFirst(2).first { checkCase(of: header, reference, in: node) }
  }

  /// The names of headers are in lower case wherever they are read.
  /// - Parameter start: what stands before the name in the hint.
  private func checkCase(
    of header: String, behind start: String = "", _ reference: TemplateReference, in node: YAMLNode
  ) {
    let meant = header.lowercased()
    if header == meant { return }
    report(
      node, at: place(of: header, reference, node), "the names in `headers` are in lower case, found `\(header)`",
      hint: "did you mean `\(start)\(Self.identifier(meant))`?")
  }

  private func refuseMember(
    _ member: String, of owner: String, _ known: [String], _ reference: TemplateReference, in node: YAMLNode
  ) {
    let what = known.isEmpty ? "is a text" : "has \(known.quoted)"
    report(
      node, at: place(of: member, reference, node), "`\(owner)` has no member `\(member)`; it \(what)",
      hint: Suggestion.hint(for: member, among: known))
  }

  /// `calls.<name>.<member>`.
  private func call(_ reference: TemplateReference, in node: YAMLNode) -> Set<Int> {
    guard let name = reference.path.dropFirst().first else {
      headerReads.formUnion(calls.indices)
      return Set(calls.indices)
    }
    guard let index = calls.firstIndex(of: name) else {
      report(
        node, at: place(of: name, reference, node), "there is no call `\(name)` in this route; \(knownCalls)",
        hint: Suggestion.hint(for: name, among: calls))
      return []
    }
    let member = reference.path.dropFirst(2).first
    let known = ScopeName.CallMember.allCases.map(\.rawValue)
    if let member, !known.contains(member) {
      report(
        node, at: place(of: member, reference, node),
        "`calls.\(name)` has no member `\(member)`; it has \(known.quoted), and the value is `\(name)` itself",
        hint: Suggestion.hint(for: member, among: known))
    }
    if member == nil || member == ScopeName.CallMember.headers.rawValue { headerReads.insert(index) }
    if member == ScopeName.CallMember.headers.rawValue, let header = reference.path.dropFirst(3).first {
      checkCase(of: header, reference, in: node)
    }
    return [index]
  }

  private func refuse(_ head: String, _ reference: TemplateReference, in node: YAMLNode, _ position: Position) {
    let inputs = ScopeName.allCases.filter { allows($0, position) }.map(\.rawValue)
    let known = (position.readsCalls ? calls : []) + inputs
    let message: String
    var hint: String?
    switch ScopeName(rawValue: head) {
    case let name? where position.readsError:
      message = "`\(name.rawValue)` can't be read in `errors`, which knows `error` only"
    case .response?: message = "`response` is what a backend answers, and known only in `responseHeaders` of a proxy"
    case .partial?: message = "`partial` is known only in the answer of a composite"
    case .error?: message = "`error` is known only in `errors`"
    case .env?: message = "`env` is known at load only, and not in \(position.name)"
    case .claims? where providers?.isEmpty == false:
      let names = (providers ?? []).map(\.name)
      message = "there are no `claims` of \(names.quoted)"
      hint = "`identity` tells who it is"
    case .claims? where position.isBeforeIdentity, .identity? where position.isBeforeIdentity:
      message = "`\(head)` can't be read in \(position.name), which is asked who the client is"
    case .claims?, .identity?:
      message = "`\(head)` is known only in a route with `auth`"
      hint = "give the route an `auth`, or read something else"
    case .item? where position.item == .items:
      (message, hint) = ("`item` is one item, but this call has `batch`", "did you mean `items`?")
    case .items? where position.item == .item:
      (message, hint) = ("`items` is for `batch`, which this call does not have", "did you mean `item`?")
    case .item?, .items?:
      message = "`\(head)` is known only in what a call with `each` sends, and in its tags"
    case .body?: message = "`body` can't be read in \(position.name): \(position.withoutBody)"
    case .calls?: message = "there are no calls in \(position.name)"
    default:
      if calls.contains(head) {
        message = "a call can't be read in \(position.name)"
      } else {
        message = "`\(head)` is not defined; in scope are \(known.quoted)"
        hint = Suggestion.hint(for: head, among: known)
      }
    }
    report(node, at: reference.offset, message, hint: hint)
  }

  private var knownCalls: String {
    calls.isEmpty ? "it has none" : "it has \(calls.quoted)"
  }

  /// How an expression names a member: quoted unless it is an identifier.
  private static func identifier(_ name: String) -> String {
    Names.isIdentifier(name) ? name : "\"\(name)\""
  }

  /// Where a later name of a reference stands: the first place of it after the reference's start.
  private func place(of name: String, _ reference: TemplateReference, _ node: YAMLNode) -> Int {
    guard let text = node.text else { return reference.offset }
    let bytes = Array(text.utf8)
    let from = min(reference.offset, bytes.count)
    let skipped = from + (reference.path.first ?? "").utf8.count
    let needle = Array(name.utf8)
    let starts = skipped..<max(skipped, bytes.count - needle.count + 1)
    return starts.first { bytes[$0...].starts(with: needle) } ?? reference.offset
  }
}
