import JMESPath
import JSONText

/// Something that a template reads of its scope; offsets are bytes of the template's text.
package typealias TemplateReference = Expression.Reference

/// One `${…}` of a template, compiled. *Immutable*; a class, so that taking it out of a template at a request counts
/// one reference and not one for each part of the program.
package final class TemplateExpression: Sendable {
  let program: Expression
  /// The names of an expression like `path.userId`, which is most of them: walked without the evaluator (40 ns
  /// instead of 110).
  private let names: [JSONName]?
  package let references: [TemplateReference]
  /// Bytes from the start of the template's text to the `$`.
  package let offset: Int

  /// `nil` unless it reads nothing: then its value is fixed.
  let constant: JSONValue?

  /// Compiles the expression after a `${` and returns the offset after its `}`.
  static func compile(in text: [UInt8], at offset: Int) throws(TemplateError) -> (TemplateExpression, end: Int) {
    let program: Expression
    let end: Int
    do {
      (program, end) = try Expression.compile(embeddedIn: text, from: offset + 2)
    } catch {
      let isOpen = error.offset >= text.count && error.hint == nil
      throw TemplateError(
        error.message, offset: error.offset,
        hint: isOpen ? "an expression ends with `}`; a literal `${` is written `$${`" : error.hint)
    }
    return (try TemplateExpression(program, at: offset), end + 1)
  }

  private init(_ program: Expression, at offset: Int) throws(TemplateError) {
    self.program = program
    self.offset = offset
    names = Self.names(of: program)
    references = program.references
    guard references.isEmpty else {
      constant = nil
      return
    }
    do {
      constant = try program.evaluate(.object(JSONObject()))
    } catch {
      throw TemplateError("this expression always fails: \(error.message)", offset: error.offset)
    }
  }

  /// The text as the file has it, without `${` and `}`.
  package var source: String { program.source }

  /// Evaluates it in a scope.
  package func evaluate(_ scope: Scope) throws(RenderFailure) -> JSONValue {
    try evaluate(.object(scope.root), scope.budget)
  }

  /// Evaluates it in a scope, for a place that needs its text: one that is too long for any fails.
  func evaluateForText(_ scope: Scope) throws(RenderFailure) -> JSONValue {
    try evaluateForText(.object(scope.root), scope.budget)
  }

  func evaluateForText(_ root: JSONValue, _ budget: StepBudget?) throws(RenderFailure) -> JSONValue {
    let value = try evaluate(root, budget)
    guard value.hasBoundedText else { throw failure(.tooLargeForText) }
    return value
  }

  /// More than names with dots between: what it costs is told by what it is applied to.
  package var isComputed: Bool { names == nil && constant == nil }

  /// All values that it can have, where these are literals; `nil` where there are others.
  package var literals: [JSONValue]? { program.literals }

  func evaluate(_ root: JSONValue, _ budget: StepBudget?) throws(RenderFailure) -> JSONValue {
    if let constant { return constant }
    if let names {
      var value: JSONValue = root
      for name in names { value = value[member: name] ?? .null }
      return value
    }
    do {
      return try program.evaluate(root, budget: budget)
    } catch {
      throw failure(.expression, detail: error.message)
    }
  }

  func failure(_ reason: RenderFailure.Reason, detail: String = "") -> RenderFailure {
    RenderFailure(reason, source: program.source, reads: references.map(\.path), detail: detail)
  }

  /// Whether this is `!` before the whole of the other, by form.
  func isNegation(of other: TemplateExpression) -> Bool { program.isNegation(of: other.program) }

  /// Tells whether this is `path.<name>` and nothing more.
  func isCapture(_ name: String) -> Bool {
    names?.map(\.string) == [ScopeName.path.rawValue, name]
  }

  /// `nil` unless the whole source is names with dots between.
  private static func names(of program: Expression) -> [JSONName]? {
    guard program.isPlainPath, program.references.count == 1, let path = program.references.first?.path else {
      return nil
    }
    let words = program.source.filter { !$0.isWhitespace && $0 != "\"" }
    return words == path.joined(separator: ".") && !path.isEmpty ? path.map { JSONName($0) } : nil
  }
}

/// A fault of a template's text, found when it is compiled.
package struct TemplateError: Error, Hashable, Sendable {
  /// One line, without the place; what was found, and what is allowed.
  package var message: String
  /// Bytes from the start of the compiled text.
  package var offset: Int
  /// What to write instead.
  package var hint: String?

  package init(_ message: String, offset: Int, hint: String? = nil) {
    self.message = message
    self.offset = offset
    self.hint = hint
  }
}
