import JSONText

extension EvaluationError {
  static func stepLimit(_ limit: Int, _ node: Node) -> EvaluationError {
    EvaluationError(.stepLimit, "the expression takes more than \(limit) steps", at: Int(widening: node.offset))
  }

  static func outputLimit(_ limit: Int, _ node: Node) -> EvaluationError {
    EvaluationError(.outputLimit, "the expression makes more than \(limit) bytes", at: Int(widening: node.offset))
  }

  static func patternLimit(_ node: Node) -> EvaluationError {
    EvaluationError(
      .stepLimit, "the text is too long for matches(), or its pattern tries too much", at: Int(widening: node.offset))
  }

  static func digitLimit(_ limit: Int, _ node: Node) -> EvaluationError {
    EvaluationError(
      .digitLimit, "exact arithmetic would need more than \(limit) digits", at: Int(widening: node.offset))
  }

  static func notANumber(_ message: String, _ node: Node) -> EvaluationError {
    EvaluationError(.notANumber, message, at: Int(widening: node.offset))
  }

  static func operand(_ operation: Operation, _ found: JSONValue, _ node: Node) -> EvaluationError {
    EvaluationError(
      .invalidType, "\(operation.symbol) needs numbers, and this is \(found.typeName)", at: Int(widening: node.offset))
  }

  static func argument(
    _ position: Int, expected: String, found: String, _ node: Node
  ) -> EvaluationError {
    let function = Function.byNumber[Int(widening: node.c)].rawValue
    return EvaluationError(
      .invalidType, "argument \(position + 1) of \(function)() has to be \(expected), and it is \(found)",
      at: Int(widening: node.offset))
  }

  static func value(_ position: Int, _ expected: String, _ node: Node) -> EvaluationError {
    let function = Function.byNumber[Int(widening: node.c)].rawValue
    return EvaluationError(
      .invalidValue, "argument \(position + 1) of \(function)() has to be \(expected)", at: Int(widening: node.offset))
  }
}

extension Operation {
  /// As it is written in a message.
  fileprivate var symbol: String {
    switch self {
    case .add, .plus: "+"
    case .subtract, .negate: "-"
    case .multiply: "*"
    case .divide: "/"
    case .floorDivide: "//"
    case .modulo: "%"
    default: "the operator"
    }
  }
}

extension JSONValue {
  /// The type's name in the words of `type()`.
  var typeName: String {
    switch kind {
    case .object: "object"
    case .array: "array"
    case .string: "string"
    case .number: "number"
    case .true, .false: "boolean"
    case .null: "null"
    }
  }
}
