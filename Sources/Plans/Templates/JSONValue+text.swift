import JMESPath
import JSONText

extension JSONValue {
  /// The bound on a value that is put into a text. Values of calls stand in lists and objects by reference, many times
  /// perhaps.
  static let maxTextBytes = 16 << 20

  /// Whether its text is no longer than any may be. Scalars and parts of documents are bounded where they come from.
  var hasBoundedText: Bool {
    switch self {
    case .array, .object: Expression.fits(self, bytes: Self.maxTextBytes)
    default: true
    }
  }

  /// The value as text inside a longer string: a string as it is, a number as its text, null as nothing, others as
  /// JSON.
  package var text: String {
    switch self {
    case .string(let string): return string
    case .null: return ""
    case .bool(let bool): return bool ? "true" : "false"
    case .slice(let slice):
      switch slice.kind {
      case .string: return slice.string ?? ""
      case .null: return ""
      default: return slice.source
      }
    case .number(let number): return number.text
    case .array, .object: return jsonText
    }
  }

  /// Lends the bytes of `text`; a string of a document is lent from there where it has no escapes. The borrowed bytes
  /// are valid only within `body`.
  func withTextBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    switch self {
    case .slice(let slice):
      switch slice.kind {
      case .null: return body(UnsafeRawBufferPointer(start: nil, count: 0))
      case .string: if let result = slice.withPlainString(body) { return result }
      default: return slice.withBytes(body)
      }
    default: break
    }
    var copy = text
    return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}
