import JMESPath
import JSONText

/// A scalar of a definition that may hold `${…}`: `"user:${path.id}"`. Compiled once. *Immutable*; a class, so that
/// taking it out of a plan at a request counts one reference.
package final class TextTemplate: Sendable {
  private enum Form {
    case constant(JSONValue)
    case expression(TemplateExpression)
    case mixed([TemplatePart])
  }

  private let form: Form
  /// The text as the file has it.
  package let source: String
  /// Exactly one `${…}` and nothing around it, or a constant that is no text: it yields a typed value.
  package let isSingleExpression: Bool
  /// The expressions in the order of the text; their offsets are bytes of `source`.
  package let expressions: [TemplateExpression]

  /// Compiles a text; one that has no `${` is a constant string.
  package static func compile(_ text: String) throws(TemplateError) -> TextTemplate {
    let parts = try TemplatePart.parse(Array(text.utf8))
    return TextTemplate(parts, source: text)
  }

  /// A constant of any type; `source` is how a person would write it.
  package init(constant: JSONValue, source: String) {
    form = .constant(constant)
    isSingleExpression = constant.string == nil
    self.source = source
    expressions = []
  }

  /// Compiles the whole text as one expression, without `${` and `}` around it. Offsets of its references are by 2 too
  /// large.
  package static func compile(expression: String) throws(TemplateError) -> TextTemplate {
    do throws(SyntaxError) {
      _ = try Expression.compile(expression)
    } catch {
      throw TemplateError(error.message, offset: error.offset, hint: error.hint)
    }
    return try compile("${\(expression)}")
  }

  private init(_ parts: [TemplatePart], source: String) {
    self.source = source
    expressions = parts.compactMap(\.expression)
    isSingleExpression = parts.count == 1 && expressions.count == 1
    if isSingleExpression, let expression = expressions.first {
      form = expression.constant.map { .constant($0) } ?? .expression(expression)
    } else if parts.allSatisfy(\.isConstant) {
      form = .constant(.string(parts.map(\.constantText).joined()))
    } else {
      form = .mixed(parts)
    }
  }

  /// Whether some expression is more than a path.
  package var isComputed: Bool { expressions.contains(where: \.isComputed) }

  /// Whether exactly one of the two is true for every request, as their forms tell: `${x}` and `${!x}`.
  package func excludes(_ other: TextTemplate) -> Bool {
    guard isSingleExpression, other.isSingleExpression, let one = expressions.first, let two = other.expressions.first
    else { return false }
    return one.isNegation(of: two) || two.isNegation(of: one)
  }

  /// The first that a scope has not, of what it reads: as it is written, `headers.x-tenant`.
  package func missing(in scope: Scope) -> String? {
    references.first { reference in
      var value: JSONValue? = .object(scope.root)
      for name in reference.path { value = value?[member: name] }
      return value?.isNull != false
    }?.path.joined(separator: ".")
  }

  /// What it reads; offsets are bytes of `source`. Empty where it is constant.
  package var references: [TemplateReference] { expressions.flatMap(\.references) }

  /// The text, where it is the same for every request. `nil` also for a constant null.
  package var constant: String? {
    guard case .constant(let value) = form, !value.isNull else { return nil }
    return value.text
  }

  /// The value, where it is the same for every request.
  package var constantValue: JSONValue? {
    guard case .constant(let value) = form else { return nil }
    return value
  }

  /// Evaluates it: typed where it is exactly one `${…}`, else a string.
  package func value(_ scope: Scope) throws(RenderFailure) -> JSONValue {
    switch form {
    case .constant(let value): value
    case .expression(let expression): try expression.evaluate(scope)
    case .mixed(let parts): .string(try Self.join(parts, .object(scope.root), scope.budget))
    }
  }

  /// Evaluates a `select`, which sees one document as `@` and `$` and no other name.
  package func value(of document: JSONValue) throws(RenderFailure) -> JSONValue {
    switch form {
    case .constant(let value): value
    case .expression(let expression): try expression.evaluate(document, nil)
    case .mixed(let parts): .string(try Self.join(parts, document, nil))
    }
  }

  /// Makes the text; `nil` for a single expression that gives null. Inside a longer text null is nothing.
  package func text(_ scope: Scope) throws(RenderFailure) -> String? {
    switch form {
    case .constant(let value): return value.isNull ? nil : value.text
    case .expression(let expression):
      let value = try expression.evaluateForText(scope)
      return value.isNull ? nil : value.text
    case .mixed(let parts): return try Self.join(parts, .object(scope.root), scope.budget)
    }
  }

  /// Makes the text as far as it can be told: an expression that `isKnown` denies stands there as it is written. `nil`
  /// where it is known to be null.
  package func outline(
    _ scope: Scope, isKnown: (TemplateExpression) -> Bool
  ) throws(RenderFailure) -> String? {
    guard !expressions.allSatisfy(isKnown), case .mixed(let parts) = form else {
      return expressions.allSatisfy(isKnown) ? try text(scope) : source
    }
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal, _): text += String(decoding: literal, as: UTF8.self)
      case .expression(let expression):
        text += isKnown(expression) ? try expression.evaluate(scope).text : expression.placeholder
      }
    }
    return text
  }

  private static func join(
    _ parts: [TemplatePart], _ root: JSONValue, _ budget: StepBudget?
  ) throws(RenderFailure) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    for part in parts {
      switch part {
      case .literal(let literal, _): bytes.append(contentsOf: literal)
      case .expression(let expression):
        try expression.evaluateForText(root, budget).withTextBytes { bytes.append(contentsOf: $0) }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension TemplatePart {
  fileprivate var isConstant: Bool {
    switch self {
    case .literal: true
    case .expression(let expression): expression.constant != nil
    }
  }

  fileprivate var constantText: String {
    switch self {
    case .literal(let bytes, _): String(decoding: bytes, as: UTF8.self)
    case .expression(let expression): expression.constant?.text ?? ""
    }
  }
}

/// Prints as the file has it: a constant may be a secret.
extension TextTemplate: CustomStringConvertible, CustomReflectable {
  package var description: String { source }
  package var customMirror: Mirror { Mirror(self, children: ["source": source]) }
}
