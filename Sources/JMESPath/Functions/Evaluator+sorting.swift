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

  /// By the elements, or by what an expression gives for each. Stable: equal ones stay in their order.
  mutating func sort(_ value: JSONValue, by expression: Int32?, _ node: Node) throws(EvaluationError) -> JSONValue {
    let (values, keys) = try keyed(value, by: expression, node)
    guard let keys else { return .array(values) }
    try charge(keys.sortingCost, node)
    return .array(keys.order().map { values[$0] })
  }

  /// The first of the largest (`wanted` 1) or smallest (-1) elements; null for an empty array.
  mutating func extreme(
    _ value: JSONValue, by expression: Int32?, wanted: Int, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    let (values, keys) = try keyed(value, by: expression, node)
    return keys?.extreme(wanted).map { values[$0] } ?? .null
  }

  private mutating func keyed(
    _ value: JSONValue, by expression: Int32?, _ node: Node
  ) throws(EvaluationError) -> ([JSONValue], SortKeys?) {
    var values: [JSONValue] = []
    // Not a `SortKeys` that is switched over and appended to in the same breath: each append would copy it.
    var numbers: [Decimal] = []
    var strings: [String] = []
    for element in try elements(value, argument: 0, node) {
      let key = if let expression { try self.value(expression, element) } else { element }
      try charge(1, node)
      switch key.kind {
      case .string where numbers.isEmpty: strings.append(try string(key, node))
      case .number where strings.isEmpty: if let number = try decimal(key, node) { numbers.append(number) }
      default:
        let first = values.isEmpty ? nil : strings.isEmpty ? "number" : "string"
        throw unsortable(key, after: first, isComputed: expression != nil, node)
      }
      values.append(element)
    }
    if values.isEmpty { return (values, nil) }
    return (values, strings.isEmpty ? .numbers(numbers) : .strings(strings))
  }

  /// All keys have to be of the first one's type.
  private func unsortable(
    _ key: JSONValue, after first: String?, isComputed: Bool, _ node: Node
  ) -> EvaluationError {
    let types = (first.map { "\($0) and " } ?? "") + key.typeName
    return isComputed
      ? .argument(1, expected: "an expression for numbers or for strings", found: "one for \(types)", node)
      : .argument(0, expected: "an array of numbers or of strings", found: "one with \(types)", node)
  }
}
