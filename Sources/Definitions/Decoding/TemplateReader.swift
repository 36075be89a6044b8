import JSONText
import Plans

/// Compiles the scalars of a route into templates and checks what they read.
struct TemplateReader {
  let scope: RouteScope
  private(set) var reads: Set<Int> = []
  private var loading: Loading { scope.loading }

  init(_ scope: RouteScope) {
    self.scope = scope
  }

  /// One scalar; numbers and booleans are constants of their type.
  mutating func text(_ node: YAMLNode, expected: String, _ position: RouteScope.Position) -> TextTemplate? {
    guard let text = loading.text(of: node, expected: expected) else { return nil }
    switch CoreSchema(node) {
    case .bool(let bool): return TextTemplate(constant: .bool(bool), source: text)
    case .number(let number):
      return JSONNumber(text: number).map { TextTemplate(constant: .number($0), source: text) }
    default: return compile(text, node, position)
    }
  }

  /// One scalar that is asked whether it is true. A text without an expression, or with something around one, always is.
  mutating func condition(_ node: YAMLNode, _ position: RouteScope.Position) -> TextTemplate? {
    guard let condition = text(node, expected: "a condition such as `${query.lite}`", position) else { return nil }
    if condition.isSingleExpression { return condition }
    let isPlain = condition.expressions.isEmpty
    let isQuoted = ["true", "false"].contains(condition.source)
    let meant = isPlain && !isQuoted ? try? TextTemplate.compile(expression: condition.source) : nil
    loading.report(
      node, isPlain ? "a text is no condition: it is always true" : "a condition is one `${…}` and nothing around it",
      hint: isQuoted ? "write `\(condition.source)` without quotes" : meant.map { "did you mean `\($0.source)`?" })
    return nil
  }

  /// A whole tree: mappings and lists with templates as their scalars.
  mutating func value(_ node: YAMLNode, _ position: RouteScope.Position) -> ValueTemplate? {
    source(node, position).map { ValueTemplate($0) }
  }

  /// `METHOD backend /path` with values in it; `backends` are all that are known.
  mutating func request(
    _ node: YAMLNode, isProxy: Bool, rest: String?, backends: [BackendPlan], _ position: RouteScope.Position
  ) -> RequestTemplate? {
    let shape = isProxy ? "`backend /path`" : "`METHOD backend /path`"
    guard let text = loading.text(of: node, expected: "a request \(shape)") else { return nil }
    do throws(TemplateError) {
      let line = try RequestLine(text, hasMethod: !isProxy)
      let index = backends.firstIndex { $0.name == line.backend }
      if index == nil {
        loading.report(
          unknownBackend: line.backend, in: node, at: line.backendOffset, among: backends.map(\.name))
      }
      let template = try RequestTemplate.compile(line, backend: index ?? 0, rest: rest)
      reads.formUnion(scope.check(template.expressions, in: node, position))
      return index == nil ? nil : template
    } catch {
      loading.report(error, in: node)
      return nil
    }
  }

  /// Header names to templates, secrets and nulls. A null has to be written: a value that is missing is a mistake.
  mutating func headers(
    _ pairs: [YAMLNode.Pair], _ purpose: HeaderNames.Purpose, _ position: RouteScope.Position
  ) -> [HeaderTemplate] {
    var names: [String: SourceLocation] = [:]
    return pairs.compactMap { pair in
      if let fault = HeaderNames.fault(pair.name, in: purpose) {
        loading.report(pair.key, "the header `\(pair.name)` can't be set; \(fault.reason)", hint: fault.hint)
      }
      if let first = names.updateValue(pair.key.location, forKey: pair.name.lowercased()) {
        loading.report(
          pair.key,
          "`\(pair.name)` is given twice; it is first given on line \(first.line), and header names do not "
            + "tell case apart")
      }
      return header(pair, position)
    }
  }

  private mutating func header(_ pair: YAMLNode.Pair, _ position: RouteScope.Position) -> HeaderTemplate? {
    let value: TextTemplate? =
      if pair.value.pairs != nil {
        SecretFile.template(pair.value, loading)
      } else if CoreSchema(pair.value) == .null, pair.value.text?.isEmpty == false {
        TextTemplate(constant: .null, source: "null")
      } else {
        text(pair.value, expected: "a header's value", position)
      }
    guard let value else { return nil }
    if let constant = value.constant, !HeaderTemplate.isAllowed(constant) {
      loading.report(pair.value, "a header can't have a line break or another control character in its value")
      return nil
    }
    return HeaderTemplate(name: pair.name, value: value)
  }

  private mutating func compile(_ text: String, _ node: YAMLNode, _ position: RouteScope.Position) -> TextTemplate? {
    do throws(TemplateError) {
      let template = try TextTemplate.compile(text)
      reads.formUnion(scope.check(template.expressions, in: node, position))
      return template
    } catch {
      loading.report(error, in: node)
      return nil
    }
  }

  private mutating func source(_ node: YAMLNode, _ position: RouteScope.Position) -> ValueTemplate.Source? {
    switch node.content {
    case .sequence(let elements):
      let sources = elements.map { source($0, position) }
      return .array(sources.map { $0 ?? .null })
    case .mapping(let pairs):
      return .object(
        pairs.map { pair in
          if pair.name.contains("${") {
            loading.report(
              pair.key, "a member's name can't come from a template; only its value can",
              hint: "`from_items` makes an object with computed names")
          }
          return (pair.name, source(pair.value, position) ?? .null)
        })
    case .scalar(let text, _):
      switch CoreSchema(node) {
      case .null: return .null
      case .bool(let bool): return .bool(bool)
      case .number(let number): return .number(number)
      case .special:
        loading.report(node, "JSON has no `\(text)`", hint: "quote it if it is meant as a string")
        return nil
      case .string: return compile(text, node, position).map { .text($0) }
      }
    }
  }
}

extension Loading {
  /// - Parameter offset: where in the node's text the name begins, in bytes.
  func report(unknownBackend name: String, in node: YAMLNode, at offset: Int = 0, among names: [String]) {
    let known = names.isEmpty ? "none is defined" : "there are \(names.quoted)"
    report(
      node, at: offset, "there is no backend `\(name)`; \(known)", hint: Suggestion.hint(for: name, among: names))
  }
}
