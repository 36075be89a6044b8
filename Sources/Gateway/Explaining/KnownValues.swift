import Front
import JSONText
import Messages
import Plans

/// What an explanation can fill in: the inputs that were given, and the calls whose values were. Anything else stands
/// as its definition has it; so do environment variables, which may be secrets.
struct KnownValues {
  var scope: Scope
  /// Names of calls and of `item` or `items`, once there is one.
  private var names: Set<String>
  private let headers: Set<String>
  private let hasCookies: Bool
  private let hasBody: Bool

  init(_ asked: ExplainedRequest, _ request: IncomingRequest, reads: RequestReads) throws(RequestBodyFailure) {
    scope = try RequestInputs(reads).scope(request, env: JSONObject())
    for given in asked.values { scope.root.append(given.name, given.value) }
    names = Set(asked.values.map(\.name))
    headers = Set(asked.headers.map { $0.name.lowercased() })
    hasCookies = headers.contains("cookie")
    hasBody = asked.body != nil
  }

  /// With the item, or the items of a batch, that a request is made for.
  func with(_ name: ScopeName, _ value: JSONValue) -> KnownValues {
    var copy = self
    copy.scope.root.append(name.rawValue, value)
    copy.names.insert(name.rawValue)
    return copy
  }

  func knows(_ expression: TemplateExpression) -> Bool {
    expression.references.allSatisfy { knows($0.path) }
  }

  func knows(_ template: TextTemplate) -> Bool { template.expressions.allSatisfy(knows) }

  private func knows(_ path: [String]) -> Bool {
    guard let head = path.first else { return false }
    if names.contains(head) { return true }
    switch ScopeName(rawValue: head) {
    case .path, .query, .queryList: return true
    case .headers: return path.dropFirst().first.map(headers.contains) ?? false
    case .cookies: return hasCookies
    case .body: return hasBody
    default: return false
    }
  }

  func target(_ request: RequestTemplate) throws(RenderFailure) -> String {
    try request.outline(scope, isKnown: knows)
  }

  /// `nil` where it is known to be left out. A constant stands as its definition has it: it may be a secret of a file.
  func header(_ template: HeaderTemplate) throws(RenderFailure) -> HeaderField? {
    if template.value.constant != nil { return HeaderField(template.name, template.value.source) }
    guard let text = try template.value.outline(scope, isKnown: knows) else { return nil }
    guard HeaderTemplate.isAllowed(text) else {
      throw RenderFailure(.forbiddenCharacter, source: template.value.source)
    }
    return HeaderField(template.name, text)
  }

  func value(_ template: ValueTemplate) throws(RenderFailure) -> JSONValue {
    try template.outline(scope, isKnown: knows)
  }

  /// The value, where all of it is known.
  func value(_ template: TextTemplate) throws(RenderFailure) -> JSONValue? {
    knows(template) ? try template.value(scope) : nil
  }
}
