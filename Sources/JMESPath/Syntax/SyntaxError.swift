/// Why a text is not an expression, and where. Found when compiling, never at a request.
public struct SyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What sort of fault it is; the words of JMESPath's compliance suite.
  public enum Kind: String, Sendable, Hashable {
    /// It does not follow the grammar.
    case syntax
    /// There is no function of that name.
    case unknownFunction = "unknown-function"
    /// A function is given too few or too many arguments.
    case invalidArity = "invalid-arity"
    /// An argument can't be of the type that is asked for, whatever the document.
    case invalidType = "invalid-type"
    /// A number is not allowed here, such as a slice's step of 0.
    case invalidValue = "invalid-value"
    /// A variable that no `let` binds.
    case undefinedVariable = "undefined-variable"
    /// ``Limits/maxLength`` or ``Limits/maxNesting``.
    case limit
  }

  /// The sort of fault.
  public var kind: Kind
  /// One line in lower case.
  public var message: String
  /// Distance from the first byte of the text that was given to the compiler, in bytes.
  public var offset: Int
  /// What to do about it.
  public var hint: String?

  init(_ kind: Kind, _ message: String, at offset: Int, hint: String? = nil) {
    self.kind = kind
    self.message = Self.onOneLine(message)
    self.offset = offset
    self.hint = hint.map(Self.onOneLine)
  }

  /// A message may quote the source, which may have line breaks in it.
  private static func onOneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isBreaking) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isBreaking ? " " : $0 }))
  }

  /// The message with its place, and the hint behind it.
  public var description: String { "at byte \(offset): \(message)" + (hint.map { "; \($0)" } ?? "") }
}

extension Unicode.Scalar {
  fileprivate var isBreaking: Bool { properties.generalCategory == .control || value == 0x2028 || value == 0x2029 }
}

extension SyntaxError {
  static func tooDeep(limit: Int, at offset: Int) -> SyntaxError {
    SyntaxError(.limit, "the expression has more than \(limit) levels", at: offset)
  }

  static func tooLong(limit: Int, at offset: Int) -> SyntaxError {
    SyntaxError(.limit, "the expression has more than \(limit) bytes", at: offset)
  }

  static func quote(_ scalar: Unicode.Scalar) -> String {
    scalar.value < 0x20 || scalar.value == 0x7F ? "U+\(String(scalar.value, radix: 16))" : "'\(Character(scalar))'"
  }
}
