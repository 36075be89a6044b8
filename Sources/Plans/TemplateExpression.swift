import JMESPath
import JSONText

/// One `${…}` of a template, compiled. Immutable.
package struct TemplateExpression: Sendable {
  let program: Expression
  /// What it reads; offsets are bytes of the template's text.
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
    references = program.references.map { TemplateReference(path: $0.path, offset: $0.offset) }
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

  /// As the file has it, without `${` and `}`.
  package var source: String { program.source }

  /// The value in a scope.
  package func evaluate(_ scope: Scope) throws(RenderFailure) -> JSONValue {
    try evaluate(.object(scope.root))
  }

  func evaluate(_ root: JSONValue) throws(RenderFailure) -> JSONValue {
    if let constant { return constant }
    do {
      return try program.evaluate(root)
    } catch {
      throw failure(.expression, detail: error.message)
    }
  }

  func failure(_ reason: RenderFailure.Reason, detail: String = "") -> RenderFailure {
    RenderFailure(reason, source: program.source, reads: references.map(\.path), detail: detail)
  }

  /// Whether this is `path.<name>` and nothing more.
  func isCapture(_ name: String) -> Bool {
    program.isPlainPath && references.count == 1 && references[0].path == ["path", name]
      && !program.source.utf8.contains(UInt8(ascii: "["))
  }
}
