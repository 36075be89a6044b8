import JSONText

extension Evaluator {
  /// A number that is not negative is passed on with its text.
  mutating func absolute(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    let number = try number(value, argument: 0, node)
    return number.isNegative ? .number(number.negated().number) : value
  }

  /// `ceil` and `floor`.
  mutating func rounded(
    _ value: JSONValue, _ rounding: Arithmetic.Rounding, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    try rounded(try number(value, argument: 0, node), places: 0, rounding, node)
  }

  /// `round(number, digits)`: half away from zero; without `digits` to a whole number.
  mutating func round(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let value = try number(arguments.first, argument: 0, node)
    let places = arguments.count > 1 ? try integer(arguments.second, argument: 1, node) : 0
    return try rounded(value, places: places, .halfAwayFromZero, node)
  }

  private mutating func rounded(
    _ value: Decimal, places: Int, _ rounding: Arithmetic.Rounding, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    try charge(value.computingCost, node)
    do {
      return .number(try Arithmetic(maxDigits: limits.maxDigits).round(value, places: places, rounding).number)
    } catch {
      throw failure(error, node)
    }
  }

  mutating func sum(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    .number(try total(value, node).number)
  }

  /// The double nearest to the exact mean; null for an empty array.
  mutating func average(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    let total = try total(value, node)
    let count = value.count
    if count == 0 { return .null }
    do {
      return .number(try Arithmetic(maxDigits: limits.maxDigits).mean(total, count).number)
    } catch {
      throw failure(error, node)
    }
  }

  private mutating func total(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> Decimal {
    let arithmetic = Arithmetic(maxDigits: limits.maxDigits)
    var total = Decimal(0, exponent: 0)
    for element in try elements(value, argument: 0, node) {
      try charge(1, node)
      guard let number = try decimal(element, node) else {
        throw .argument(0, expected: "an array of numbers", found: "an array with \(element.typeName)", node)
      }
      do {
        total = try arithmetic.add(total, number)
      } catch {
        throw failure(error, node)
      }
      try charge(total.computingCost + number.computingCost, node)
    }
    return total
  }

  /// A number as it is, a string that spells a JSON number with its text, anything else null.
  mutating func toNumber(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    switch value.kind {
    case .number: value
    case .string: JSONNumber(text: try string(value, node)).map(JSONValue.number) ?? .null
    default: .null
    }
  }
}
