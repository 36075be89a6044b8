import JSONText

extension Evaluator {
  mutating func map(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    let expression = expression(0, node)
    let elements = try elements(value, argument: 1, node)
    var results: [JSONValue] = []
    results.reserveCapacity(elements.count)
    for element in elements { results.append(try self.value(expression, element)) }
    return .array(results)
  }

  mutating func sort(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    var keys: SortKeys?
    var values: [JSONValue] = []
    for element in try elements(value, argument: 0, node) {
      try add(element, to: &keys, argument: 0, expected: "an array of numbers or of strings", node)
      values.append(element)
    }
    return try sorted(values, by: keys, node)
  }

  /// Stable: elements with the same key stay in their order.
  mutating func sortBy(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    let (values, keys) = try keyed(value, node)
    return try sorted(values, by: keys, node)
  }

  mutating func extreme(
    _ value: JSONValue, wanted: Int, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    var keys: SortKeys?
    var values: [JSONValue] = []
    for element in try elements(value, argument: 0, node) {
      try add(element, to: &keys, argument: 0, expected: "an array of numbers or of strings", node)
      values.append(element)
    }
    return keys?.extreme(wanted).map { values[$0] } ?? .null
  }

  mutating func extremeBy(
    _ value: JSONValue, wanted: Int, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    let (values, keys) = try keyed(value, node)
    return keys?.extreme(wanted).map { values[$0] } ?? .null
  }

  private mutating func keyed(
    _ value: JSONValue, _ node: Node
  ) throws(EvaluationError) -> ([JSONValue], SortKeys?) {
    let expression = expression(1, node)
    var keys: SortKeys?
    var values: [JSONValue] = []
    for element in try elements(value, argument: 0, node) {
      let key = try self.value(expression, element)
      try add(key, to: &keys, argument: 1, expected: "an expression for numbers or for strings", node)
      values.append(element)
    }
    return (values, keys)
  }

  /// All keys have to be of the first one's type.
  private mutating func add(
    _ key: JSONValue, to keys: inout SortKeys?, argument position: Int, expected: String, _ node: Node
  ) throws(EvaluationError) {
    try charge(1, node)
    if keys == nil { keys = key.kind == .string ? .strings([]) : .numbers([]) }
    switch keys {
    case .strings where key.kind == .string: keys?.append(try string(key, node))
    case .numbers where key.kind == .number:
      if let number = try decimal(key, node) { keys?.append(number) }
    default: throw .argument(position, expected: expected, found: "one with \(key.typeName)", node)
    }
  }

  private mutating func sorted(
    _ values: [JSONValue], by keys: SortKeys?, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    guard let keys else { return .array(values) }
    try charge(keys.sortingCost, node)
    return .array(keys.order().map { values[$0] })
  }
}
