import JSONText

/// A compiled JMESPath expression. Compiling finds every fault that does not depend on a document: unknown functions,
/// wrong numbers of arguments, unbound variables. Copies share the program.
public struct Expression: Sendable {
  /// Where an expression reads its root scope.
  public struct Reference: Sendable, Hashable {
    /// Names from the root on; ends where the value is used whole or by a computed step, and is empty where that is
    /// the root itself.
    public var path: [String]
    /// Where the first name begins in the source, in bytes.
    public var offset: Int

    /// A reference.
    public init(path: [String], offset: Int) {
      self.path = path
      self.offset = offset
    }
  }

  /// The text that was compiled, without what surrounds it in an embedding text.
  public let source: String
  let limits: Limits

  /// Compiles a whole text.
  public static func compile(_ source: String, limits: Limits = .init()) throws(SyntaxError) -> Expression {
    Expression(source: source, limits: limits)
  }

  /// Compiles an expression embedded in a longer UTF-8 text, from `offset` up to the first `}` that is not part of it.
  /// Returns the offset of that `}`. Errors carry offsets into `text`.
  public static func compile(
    embeddedIn text: [UInt8], from offset: Int, limits: Limits = .init()
  ) throws(SyntaxError) -> (Expression, end: Int) {
    throw SyntaxError(.syntax, "not there yet", at: offset)
  }

  /// The expression's value for a document. Values that are only selected stay slices of it.
  public func evaluate(_ root: JSONValue) throws(EvaluationError) -> JSONValue {
    throw EvaluationError(.invalidType, "not there yet", at: 0)
  }

  /// Free references to the root scope, each path once, in the order of the source. Conservative: everything that an
  /// evaluation could read is covered.
  public var references: [Reference] { [] }

  /// True where the expression is only a path of fields and indexes, which can't fail.
  public var isPlainPath: Bool { false }
}
