extension JSONValue {
  /// The member of an object; nil where there is none, and for any other kind. The last one of duplicates.
  public subscript(member name: String) -> JSONValue? {
    switch self {
    case .object(let object): object[name]
    case .slice(let slice): slice[member: name].map(JSONValue.slice)
    default: nil
    }
  }

  /// The member of an object; nil where there is none, and for any other kind. Allocates nothing.
  @inline(__always)
  public subscript(member name: JSONName) -> JSONValue? {
    switch self {
    case .object(let object): object[name]
    case .slice(let slice): slice[member: name].map(JSONValue.slice)
    default: nil
    }
  }

  /// The element of an array, counted from 0; nil outside it, and for any other kind.
  public subscript(index: Int) -> JSONValue? {
    switch self {
    case .array(let elements): elements.indices.contains(index) ? elements[index] : nil
    case .slice(let slice): slice[index].map(JSONValue.slice)
    default: nil
    }
  }

  /// Members of an object or elements of an array, else 0.
  public var count: Int {
    switch self {
    case .array(let elements): elements.count
    case .object(let object): object.count
    case .slice(let slice): slice.count
    default: 0
    }
  }

  /// A string's text; nil for any other kind.
  public var string: String? {
    switch self {
    case .string(let string): string
    case .slice(let slice): slice.string
    default: nil
    }
  }

  /// `true` or `false`; nil for any other kind.
  public var bool: Bool? {
    switch self {
    case .bool(let value): value
    case .slice(let slice): slice.bool
    default: nil
    }
  }

  /// A number as JSON text; nil for any other kind.
  public var numberText: String? {
    switch self {
    case .number(let number): number.text
    case .slice(let slice): slice.numberText
    default: nil
    }
  }

  /// The elements of an array, slices unconverted; nil for any other kind.
  public var elements: [JSONValue]? {
    switch self {
    case .array(let elements): return elements
    case .slice(let slice) where slice.kind == .array:
      var elements: [JSONValue] = []
      elements.reserveCapacity(slice.count)
      for element in slice.elements { elements.append(.slice(element)) }
      return elements
    default: return nil
    }
  }

  /// The value as compact JSON text; slices as they came.
  public var jsonText: String {
    var writer = JSONWriter(capacity: 64)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
