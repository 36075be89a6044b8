/// A JSON value: built in memory, or a slice of a document that was not converted.
public enum JSONValue: Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number that was computed or spelt out.
  case number(JSONNumber)
  /// A string that was made; compared by code points.
  case string(String)
  /// An array that was built.
  case array([JSONValue])
  /// An object that was built.
  case object(JSONObject)
  /// A value of a document, with its bytes as they came.
  case slice(JSONSlice)

  /// What the value is, whichever way it is held.
  @inline(__always)
  public var kind: JSONKind {
    switch self {
    case .null: .null
    case .bool(let value): value ? .true : .false
    case .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    case .slice(let slice): slice.kind
    }
  }

  /// True for `null`, of a document or not.
  @inline(__always)
  public var isNull: Bool { kind == .null }
}

// Not by nil: that would turn `condition ? value : nil` into a JSON null where an optional is meant.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; duplicates are kept as they are written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (name, value) in elements { object.append(name, value) }
    self = .object(object)
  }
}
