import JSONText

/// A compiled JMESPath expression. Compiling finds every fault that does not depend on a document: unknown functions,
/// wrong numbers of arguments, unbound variables. Copies share the program.
public struct Expression: Sendable {
  /// Where an expression reads its root scope.
  public struct Reference: Sendable, Hashable {
    /// Names from the root on; ends where the value is used whole or by a computed step, and is empty where that is
    /// the root itself.
    public var path: [String]
    /// Where the first name begins in the text that was compiled, in bytes.
    public var offset: Int

    package init(path: [String], offset: Int) {
      self.path = path
      self.offset = offset
    }
  }

  /// The text of the expression, without what surrounds it in an embedding text.
  public let source: String
  /// Free references to the root scope, each path once, in the order of the source. Conservative: everything that an
  /// evaluation could read is covered.
  public let references: [Reference]
  /// True where the expression is only a path of names and indexes, which can't fail.
  public let isPlainPath: Bool
  let program: Program
  let limits: Limits

  /// Compiles a whole text.
  public static func compile(_ source: String, limits: Limits = .init()) throws(SyntaxError) -> Expression {
    let text = Array(source.utf8)
    guard text.count <= limits.maxLength else { throw .tooLong(limit: limits.maxLength, at: limits.maxLength) }
    var parser = try Parser(text, from: 0, limits: limits)
    let start = try parser.expression()
    guard parser.current.kind == .end else { throw parser.unexpected(expected: "an operator or the end") }
    return Expression(source: source, Program(parser.builder, start: start), limits)
  }

  /// Compiles an expression embedded in a longer UTF-8 text, from `offset` up to the first `}` that is not part of it.
  /// Returns the offset of that `}`; what follows it is not looked at. Errors and references carry offsets into
  /// `text`.
  public static func compile(
    embeddedIn text: [UInt8], from offset: Int, limits: Limits = .init()
  ) throws(SyntaxError) -> (Expression, end: Int) {
    var parser = try Parser(text, from: offset, limits: limits)
    let start = try parser.expression()
    let brace = parser.current
    guard brace.kind == .rightBrace else { throw parser.unexpected(expected: "an operator or '}'") }
    guard brace.start - offset <= limits.maxLength else {
      throw .tooLong(limit: limits.maxLength, at: offset + limits.maxLength)
    }
    let source = String(decoding: text[offset..<brace.start], as: UTF8.self)
    return (Expression(source: source, Program(parser.builder, start: start), limits), brace.start)
  }

  /// The expression's value for a document. Values that are only selected stay slices of it, so they keep their bytes.
  ///
  /// - Parameter budget: bounds its steps beside the expression's own limit.
  public func evaluate(_ root: JSONValue, budget: StepBudget? = nil) throws(EvaluationError) -> JSONValue {
    var limits = limits
    if let budget { limits.maxSteps = min(limits.maxSteps, budget.left) }
    var evaluator = Evaluator(program, limits, root: root)
    defer { budget?.take(evaluator.steps) }
    let value = try evaluator.value(program.start, root)
    try evaluator.checkOutput(value)
    return value
  }

  /// Whether a value has at most so many bytes as JSON, about. Looks at no more of it than that.
  package static func fits(_ value: JSONValue, bytes: Int) -> Bool {
    var room = bytes
    return Evaluator.fits(value, &room)
  }

  /// The names of all functions, in alphabetical order.
  package static var functionNames: [String] { Function.allCases.map(\.rawValue) }

  private init(source: String, _ program: Program, _ limits: Limits) {
    self.source = source
    self.program = program
    self.limits = limits
    references = ReferenceAnalysis.references(of: program)
    isPlainPath = program.nodes.allSatisfy {
      switch $0.operation {
      case .current, .root, .field, .index, .sub: true
      default: false
      }
    }
  }
}
