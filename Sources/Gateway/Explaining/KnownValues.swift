import Front
import JSONText
import Messages
import Plans

/// The values that an explanation can fill in: the inputs that were given, and the calls whose values were. Anything
/// else stands as its definition has it; so do environment variables, which may be secrets.
struct KnownValues {
  var scope: Scope
  /// Whether what can't be made stands as its definition has it, too.
  private var isTolerant = false
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

  /// Adds the item, or the items of a batch, that a request is made for.
  func with(_ name: ScopeName, _ value: JSONValue) -> KnownValues {
    var copy = self
    copy.scope.root.append(name.rawValue, value)
    copy.names.insert(name.rawValue)
    return copy
  }

  /// Leaves out what was given for a call.
  func without(_ call: String) -> KnownValues {
    var copy = self
    copy.names.remove(call)
    return copy
  }

  /// Makes a request of these values. Where there is none, `fault` says why, and `request` is what can be told of it all
  /// the same.
  func request<R>(_ make: (KnownValues) throws(RenderFailure) -> R) -> (request: R?, fault: String?) {
    do throws(RenderFailure) {
      return (try make(self), nil)
    } catch {
      var copy = self
      copy.isTolerant = true
      return (try? make(copy), error.message)
    }
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
    case .client:
      let member = path.dropFirst().first.flatMap(ScopeName.ClientMember.init(rawValue:))
      return member == .method || member == .path
    case .cookies: return hasCookies
    case .body: return hasBody
    default: return false
    }
  }

  /// Returns the value, where all of it is known.
  func known(_ template: TextTemplate) throws(RenderFailure) -> JSONValue? {
    knows(template) ? try template.value(scope) : nil
  }
}

extension KnownValues: TemplateFiller {
  func target(of request: RequestTemplate) throws(RenderFailure) -> String {
    try tolerating(request.targetSource) { () throws(RenderFailure) in try request.outline(scope, isKnown: knows) }
  }

  /// Returns the line. A constant stands as its definition has it: it may be a secret of a file.
  func field(of header: HeaderTemplate) throws(RenderFailure) -> HeaderField? {
    let source = HeaderField(header.name, header.value.source)
    if header.value.constant != nil { return source }
    return try tolerating(source) { () throws(RenderFailure) in try text(of: header.value).map(header.field) }
  }

  func value(of template: TextTemplate) throws(RenderFailure) -> JSONValue {
    try known(template) ?? .string(template.source)
  }

  func text(of template: TextTemplate) throws(RenderFailure) -> String? {
    try template.outline(scope, isKnown: knows)
  }

  func write(_ template: ValueTemplate, into writer: inout JSONWriter) throws(RenderFailure) {
    writer.write(try tolerating(.null) { () throws(RenderFailure) in try template.outline(scope, isKnown: knows) })
  }

  private func tolerating<T>(_ standIn: T, _ make: () throws(RenderFailure) -> T) throws(RenderFailure) -> T {
    do throws(RenderFailure) {
      return try make()
    } catch {
      guard isTolerant else { throw error }
      return standIn
    }
  }
}
