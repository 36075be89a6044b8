/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found.
  public enum Reason: Sendable, Hashable {
    /// The text ended inside a value, or held none.
    case unexpectedEnd
    /// A byte that can't stand here.
    case unexpectedByte(UInt8)
    /// Something other than white space after the document.
    case trailingContent
    /// A string with a raw control character, a bad escape, or no end.
    case invalidString
    /// A string with bytes that are not UTF-8.
    case invalidUTF8
    /// A malformed number, such as `01`, `1.` or `-`.
    case invalidNumber
    /// A misspelt `true`, `false` or `null`.
    case invalidLiteral
    /// More containers within containers than ``JSONLimits/maxDepth``.
    case tooDeep
    /// More bytes than ``JSONLimits/maxBytes``.
    case tooLarge
  }

  /// Distance from the text's first byte, in bytes.
  public var offset: Int
  /// What was found there.
  public var reason: Reason

  /// An error at `offset` bytes into the text.
  public init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }

  /// One line in lower case, without any of the text itself.
  public var description: String {
    let what =
      switch reason {
      case .unexpectedEnd: "the text ends too early"
      case .unexpectedByte(let byte): "unexpected \(JSONError.name(of: byte))"
      case .trailingContent: "something follows the end of the document"
      case .invalidString: "invalid string"
      case .invalidUTF8: "invalid UTF-8"
      case .invalidNumber: "invalid number"
      case .invalidLiteral: "invalid word; only true, false and null are allowed"
      case .tooDeep: "too many levels of nesting"
      case .tooLarge: "the text is too large"
      }
    return "invalid JSON at byte \(offset): \(what)"
  }

  private static func name(of byte: UInt8) -> String {
    if (0x21...0x7E).contains(byte) { return "'\(Character(UnicodeScalar(byte)))'" }
    return "byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
  }
}
