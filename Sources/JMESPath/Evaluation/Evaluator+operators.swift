import JSONText

extension Evaluator {
  /// Logic, comparison and arithmetic.
  mutating func operate(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    let left = try value(node.a, current)
    switch node.operation {
    case .or: return left.isTruthy ? left : try value(node.b, current)
    case .and: return left.isTruthy ? try value(node.b, current) : left
    case .not: return .bool(!left.isTruthy)
    case .ternary: return try value(left.isTruthy ? node.b : node.c, current)
    case .equal: return .bool(try equal(left, try value(node.b, current), node))
    case .notEqual: return .bool(!(try equal(left, try value(node.b, current), node)))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      return try order(node, left, try value(node.b, current))
    case .plus:
      guard left.kind == .number else { throw .operand(.plus, left, node) }
      return left
    case .negate:
      return .number(try operand(left, node).negated().number)
    default:
      return try arithmetic(node, left, try value(node.b, current))
    }
  }

  /// Ordering is for numbers only; anything else is null (JEP 7).
  private mutating func order(
    _ node: Node, _ left: JSONValue, _ right: JSONValue
  ) throws(EvaluationError) -> JSONValue {
    guard left.kind == .number, right.kind == .number else { return .null }
    let order = try compareNumbers(left, right, node)
    switch node.operation {
    case .less: return .bool(order < 0)
    case .lessOrEqual: return .bool(order <= 0)
    case .greater: return .bool(order > 0)
    default: return .bool(order >= 0)
    }
  }

  private mutating func arithmetic(
    _ node: Node, _ left: JSONValue, _ right: JSONValue
  ) throws(EvaluationError) -> JSONValue {
    let a = try operand(left, node)
    let b = try operand(right, node)
    let arithmetic = Arithmetic(maxDigits: limits.maxDigits)
    let large: Int
    let number: JSONNumber
    do {
      let result =
        switch node.operation {
        case .add: try arithmetic.add(a, b)
        case .subtract: try arithmetic.add(a, b.negated())
        case .multiply: try arithmetic.multiply(a, b)
        case .divide: try arithmetic.divide(a, b)
        case .floorDivide: try arithmetic.floorDivide(a, b)
        default: try arithmetic.remainder(a, b)
        }
      large = a.computingCost + b.computingCost + result.computingCost
      number = result.number
    } catch {
      throw failure(error, node)
    }
    try charge(large, node)
    return .number(number)
  }

  private mutating func operand(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> Decimal {
    guard let decimal = try decimal(value, node) else { throw .operand(node.operation, value, node) }
    return decimal
  }

  /// A number for exact arithmetic; nil for any other type.
  mutating func decimal(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> Decimal? {
    switch value {
    case .slice(let slice):
      guard slice.kind == .number else { return nil }
      try charge(reading: slice.byteCount, node)
      return slice.withBytes { Decimal(text: $0) }
    case .number(let number):
      if let (coefficient, exponent) = number.decimal { return Decimal(coefficient, exponent: Int(widening: exponent)) }
      var text = number.text
      try charge(reading: text.utf8.count, node)
      return text.withUTF8 { Decimal(text: UnsafeRawBufferPointer($0)) }
    default:
      return nil
    }
  }

  /// -1, 0 or 1. Exact for numbers of any size; nothing is expanded.
  mutating func compareNumbers(
    _ left: JSONValue, _ right: JSONValue, _ node: Node
  ) throws(EvaluationError) -> Int {
    guard let a = try decimal(left, node), let b = try decimal(right, node) else { return 0 }
    return a.compared(to: b)
  }

  func failure(_ failure: Arithmetic.Failure, _ node: Node) -> EvaluationError {
    switch failure {
    case .tooManyDigits: .digitLimit(limits.maxDigits, node)
    case .divisionByZero: .notANumber("division by zero", node)
    case .notFinite: .notANumber("the result is too large for a division", node)
    }
  }
}

extension JSONValue {
  /// JMESPath's notion of truth: `null`, `false` and whatever is empty are not; 0 is.
  @inline(__always)
  package var isTruthy: Bool {
    switch self {
    case .null: false
    case .bool(let value): value
    case .number: true
    case .string(let string): !string.isEmpty
    case .array(let elements): !elements.isEmpty
    case .object(let object): !object.isEmpty
    case .slice(let slice):
      switch slice.kind {
      case .null, .false: false
      case .true, .number: true
      case .string: !slice.isEmptyString
      case .array, .object: slice.count > 0
      }
    }
  }
}
