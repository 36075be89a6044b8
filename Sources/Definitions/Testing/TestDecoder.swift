import JSONText
import Messages
import Plans
import Scripts

/// Decodes tests, and the scripts that mocks have, too.
enum TestDecoder {
  /// `nil` after reporting what is wrong.
  static func test(_ reader: MappingReader<TestKeys>, _ source: SourceFile) -> TestCase? {
    let loading = reader.loading
    let (name, time, backends) = (reader[\.name], reader[\.at], reader[\.backends])
    var steps = reader[\.steps] ?? []
    if reader.pair(\.steps) != nil {
      for other in [reader.pair(\.request), reader.pair(\.expect)].compactMap(\.self) {
        loading.report(other.key, "`\(other.name)` stands beside `steps`, which have their own", hint: "make it a step")
      }
    } else if reader.pair(\.request) == nil {
      loading.report(reader.node, "a test needs `request`, or `steps` for several")
    } else if let request = reader[\.request] {
      var step = TestStep(at: reader.node.location, request)
      step.expectation = reader[\.expect] ?? Expectation()
      step.place = place(reader.node, behind: reader.pair(\.request))
      steps = [step]
    }
    return TestCase(
      name ?? source.testName, at: reader.node.location, backends: backends ?? [], steps: steps,
      time: time ?? TestCase.firstTime)
  }

  static func step(_ reader: MappingReader<TestStepKeys>) -> TestStep? {
    let (request, expectation) = (reader[\.request], reader[\.expect])
    var step = TestStep(at: reader.node.location, request)
    step.wait = reader[\.wait] ?? .zero
    step.backends = reader[\.backends] ?? []
    step.expectation = expectation ?? Expectation()
    step.place = place(reader.node, behind: reader.pair(\.request))
    if reader.pair(\.request) == nil {
      if let pair = reader.pair(\.expect) {
        reader.loading.report(pair.key, "`expect` stands without `request`")
      } else if reader.pair(\.wait) == nil, reader.pair(\.backends) == nil {
        reader.loading.report(reader.node, "a step has `request`, `wait`, or both")
      }
    }
    return step
  }

  // MARK: Requests

  static func request(_ reader: MappingReader<TestRequestKeys>) -> TestRequest? {
    guard let path = reader[\.path] else { return nil }
    var request = TestRequest(reader[\.method] ?? "GET", path)
    request.headers = reader[\.headers] ?? []
    request.address = reader[\.address]
    request.identity = reader[\.identity]
    if let claims = reader[\.claims] {
      if let pair = reader.pair(\.claims), request.identity != nil {
        reader.loading.report(pair.key, "`claims` stands beside `identity`, which has its own")
      }
      var identity = TestIdentity()
      identity.claims = object(claims, reader.loading)
      identity.subject = identity.claims?[member: "sub"]?.string
      request.identity = identity
    }
    guard let body = reader[\.body] else { return request }
    let bytes = self.body(body)
    request.body = bytes.bytes
    if bytes.isJSON, !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      request.headers.append(("Content-Type", "application/json"))
    }
    return request
  }

  static func identity(_ reader: MappingReader<TestIdentityKeys>) -> TestIdentity? {
    var identity = TestIdentity()
    identity.provider = reader[\.provider]
    if let name = identity.provider, let plan = reader.loading.tested, let place = reader.pair(\.provider)?.value {
      let names = plan.providers.map(\.name)
      if !names.contains(name) {
        reader.loading.report(
          place, "there is no provider `\(name)`", hint: Suggestion.hint(for: name, among: names))
      }
    }
    identity.plan = reader[\.plan]
    identity.groups = reader[\.groups] ?? []
    identity.claims = reader[\.claims].flatMap { object($0, reader.loading) }
    identity.subject = reader[\.subject] ?? identity.claims?[member: "sub"]?.string
    if let fields = reader[\.fields].flatMap({ object($0, reader.loading) }), case .object(let object) = fields {
      identity.fields = object
    }
    return identity
  }

  private static func object(_ node: YAMLNode, _ loading: Loading) -> JSONValue? {
    if node.pairs != nil { return node.json }
    loading.report(node, "expected a mapping, found \(loading.kind(of: node))")
    return nil
  }

  /// A text as it is, anything else as JSON.
  private static func body(_ node: YAMLNode) -> (bytes: [UInt8], isJSON: Bool) {
    if case .string = CoreSchema(node), let text = node.text { return (Array(text.utf8), false) }
    return (Array(node.json.jsonText.utf8), true)
  }

  // MARK: Scripts

  /// Pairs whose names are backends.
  static func backends(_ node: YAMLNode, _ loading: Loading) -> [YAMLNode.Pair]? {
    guard let pairs = node.pairs else {
      loading.report(node, "expected a mapping of backend names, found \(loading.kind(of: node))")
      return nil
    }
    guard let names = loading.tested?.backends.map(\.name) else { return pairs }
    for pair in pairs where !names.contains(pair.name) {
      loading.report(unknownBackend: pair.name, in: pair.key, among: names)
    }
    return pairs
  }

  static func rules(_ node: YAMLNode, _ loading: Loading) -> [ScriptRule] {
    guard let pairs = node.pairs else {
      loading.report(
        node, "expected a mapping of requests such as `GET /users/42` to scripts, found \(loading.kind(of: node))")
      return []
    }
    return pairs.compactMap { pair in
      let replies = MappingReader<ScriptKeys>(pair.value, loading).flatMap { self.replies($0) }
      guard let pattern = RequestPattern(pair.name) else {
        loading.report(
          pair.key, "`\(pair.name)` is no request; write `GET /users/42`, `* /users/*`, or `*` for all")
        return nil
      }
      return replies.map { ScriptRule(pattern, $0) }
    }
  }

  static func replies(_ reader: MappingReader<ScriptKeys>) -> [ScriptedReply]? {
    if let sequence = reader.pair(\.sequence) {
      for pair in reader.effectivePairs where pair.name != sequence.name {
        reader.loading.report(
          pair.key, "`\(pair.name)` stands beside `sequence`", hint: "it belongs into one of its scripts")
      }
      return reader[\.sequence]
    }
    let bodies = [reader.pair(\.json), reader.pair(\.text), reader.pair(\.file)].compactMap(\.self)
    let ends = [reader.pair(\.timeout), reader.pair(\.reset), reader.pair(\.garbage)].compactMap(\.self)
    if let second = (bodies + ends).dropFirst().first, let first = (bodies + ends).first {
      reader.loading.report(second.key, "`\(second.name)` stands beside `\(first.name)`; only one of them can be")
    } else if let end = ends.first, let other = reader.pair(\.status) ?? reader.pair(\.headers) {
      reader.loading.report(other.key, "`\(other.name)` stands beside `\(end.name)`, which is no answer")
    }
    if let timeout = reader.pair(\.timeout), let after = reader.pair(\.after) {
      reader.loading.report(after.key, "`after` stands beside `\(timeout.name)`, after which nothing comes")
    }
    return [ScriptedReply(after: reader[\.after] ?? .zero, times: reader[\.times], effect(reader))]
  }

  private static func effect(_ reader: MappingReader<ScriptKeys>) -> ScriptedReply.Effect {
    if reader[\.timeout] == true { return .timeout }
    if reader[\.reset] == true { return .reset }
    if reader[\.garbage] == true { return .garbage }
    var headers = (reader[\.headers] ?? []).map { HeaderField($0.name, $0.value) }
    var body: [UInt8] = []
    var type: String?
    if let json = reader[\.json] {
      (body, type) = (Array(json.json.jsonText.utf8), "application/json")
    } else if let text = reader[\.text] {
      (body, type) = (Array(text.utf8), "text/plain; charset=utf-8")
    } else if let file = reader[\.file] {
      (body, type) = (file.bytes, file.isJSON ? "application/json" : "application/octet-stream")
    }
    if let type, !headers.contains(where: { $0.isNamed("content-type") }) {
      headers.append(HeaderField("Content-Type", type))
    }
    return .response(status: reader[\.status] ?? 200, headers: headers, body: body)
  }

  // MARK: Expectations

  static func expectation(_ reader: MappingReader<ExpectKeys>) -> Expectation? {
    var expectation = Expectation()
    expectation.status = reader[\.status]
    expectation.outcomes = reader[\.outcome] ?? []
    expectation.body = reader[\.body]?.json
    expectation.exactBody = reader[\.bodyExactly]?.json
    expectation.condition = reader[\.bodyMatches]
    expectation.headers = (reader[\.headers] ?? []).map { ($0.name, $0.value.map { Wildcard($0) }) }
    expectation.calls = reader[\.calls] ?? []
    expectation.within = reader[\.within]
    expectation.cache = reader[\.cache]
    expectation.refused = reader[\.refused]
    return expectation
  }

  static func call(_ reader: MappingReader<ExpectedCallKeys>) -> CallExpectation? {
    var call = CallExpectation("")
    call.times = reader[\.times]
    call.method = reader[\.method]
    call.path = reader[\.path].map { Wildcard($0) }
    call.headers = (reader[\.headers] ?? []).map { ($0.name, $0.value.map { Wildcard($0) }) }
    call.body = reader[\.body]?.json
    return call
  }

  /// Where the exact body stands, or would.
  private static func place(_ node: YAMLNode, behind request: YAMLNode.Pair?) -> ExpectationPlace {
    guard let request, node.isBlock else { return .none }
    guard let expect = node["expect"]?.value else {
      return .missing(behind: lastPlace(of: request).line, indent: request.key.location.column - 1)
    }
    guard let first = expect.pairs?.first else { return .none }
    if let exact = expect["bodyExactly"] {
      let end = lastPlace(of: exact)
      return .value(
        line: exact.value.location.line, column: exact.value.location.column, endLine: end.line, endColumn: end.column)
    }
    if expect.isBlock { return .block(line: first.key.location.line, indent: first.key.location.column - 1) }
    return .flow(line: expect.location.line, column: expect.location.column)
  }

  /// Just behind a value; the end of what is in lines of its own is that of its last line.
  private static func lastPlace(of pair: YAMLNode.Pair) -> (line: Int, column: Int) {
    let end = pair.value.end
    guard end.line > pair.key.location.line, end.column <= pair.key.location.column else { return end }
    return (end.line - 1, .max)
  }
}

extension YAMLNode {
  /// A mapping in lines, not in braces.
  fileprivate var isBlock: Bool { pairs?.first?.key.location == location }
}

extension SourceFile {
  /// `dashboard.test.yaml` is `dashboard`.
  fileprivate var testName: String { stem.hasSuffix(".test") ? String(stem.dropLast(5)) : stem }
}
