import JSONText

extension Evaluator {
  /// The text of a value that is known to be a string.
  mutating func string(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> String {
    switch value {
    case .string(let string): return string
    case .slice(let slice):
      try charge(reading: slice.byteCount, node)
      return slice.string ?? ""
    default: return ""
    }
  }

  mutating func string(
    _ value: JSONValue, argument position: Int, _ node: Node
  ) throws(EvaluationError) -> String {
    guard value.kind == .string else {
      throw .argument(position, expected: "a string", found: value.typeName, node)
    }
    return try string(value, node)
  }

  func elements(_ value: JSONValue, argument position: Int, _ node: Node) throws(EvaluationError) -> Elements {
    guard let elements = Elements(value) else {
      throw .argument(position, expected: "an array", found: value.typeName, node)
    }
    return elements
  }

  mutating func number(
    _ value: JSONValue, argument position: Int, _ node: Node
  ) throws(EvaluationError) -> Decimal {
    guard let decimal = try decimal(value, node) else {
      throw .argument(position, expected: "a number", found: value.typeName, node)
    }
    return decimal
  }

  /// A whole number; those beyond 2^40 either way count as that: no text or list is so long.
  mutating func integer(
    _ value: JSONValue, argument position: Int, _ node: Node
  ) throws(EvaluationError) -> Int {
    let number = try number(value, argument: position, node)
    let bound = 1 << 40
    guard number.isInteger else { throw .value(position, "a whole number", node) }
    if number.compared(to: Decimal(Int64(clamping: bound), exponent: 0)) >= 0 { return bound }
    if number.compared(to: Decimal(Int64(clamping: -bound), exponent: 0)) <= 0 { return -bound }
    return number.smallInteger
  }

  mutating func naturalNumber(
    _ value: JSONValue, argument position: Int, _ node: Node
  ) throws(EvaluationError) -> Int {
    let integer = try integer(value, argument: position, node)
    if integer < 0 { throw .value(position, "a number that is not negative", node) }
    return integer
  }
}

/// Evaluated arguments of a call, without a list on the heap. An expression (`&x`) counts, its value is null.
struct Arguments {
  var first = JSONValue.null
  var second = JSONValue.null
  var third = JSONValue.null
  var fourth = JSONValue.null
  let count: Int
}
