/// Why an expression has no value for a document.
public struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What sort of fault it is.
  public enum Kind: String, Sendable, Hashable {
    /// An operand or argument of the wrong type.
    case invalidType = "invalid-type"
    /// One of the right type, but not allowed, such as a negative width.
    case invalidValue = "invalid-value"
    /// A division by zero, or a result that is no finite number.
    case notANumber = "not-a-number"
    /// ``Limits/maxSteps``.
    case stepLimit = "step-limit"
    /// ``Limits/maxOutputBytes``.
    case outputLimit = "output-limit"
    /// ``Limits/maxDigits``, or an exponent beyond ±1,000,000,000.
    case digitLimit = "digit-limit"
  }

  /// The sort of fault.
  public var kind: Kind
  /// One line in lower case. Names types, never values: it is safe to log.
  public var message: String
  /// Where the failing part begins in the text that was compiled, in bytes.
  public var offset: Int

  init(_ kind: Kind, _ message: String, at offset: Int) {
    self.kind = kind
    self.message = message
    self.offset = offset
  }

  /// The message and where in the source it belongs.
  public var description: String { "at byte \(offset): \(message)" }
}
