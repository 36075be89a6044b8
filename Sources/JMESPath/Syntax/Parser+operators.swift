extension Parser {
  /// `a ? b : c`, right-associative (JEP 21).
  mutating func ternary() throws(SyntaxError) -> Int32 {
    let condition = try or()
    guard current.kind == .question else { return condition }
    try descend()
    let offset = try advance().start
    let yes = try expression()
    try expect(.colon, "':' of the condition")
    let no = try ternary()
    ascend()
    return try builder.add(.ternary, condition, yes, no, above: [condition, yes, no], at: offset)
  }

  private mutating func or() throws(SyntaxError) -> Int32 {
    var left = try and()
    while current.kind == .or {
      let offset = try advance().start
      left = try builder.add(.or, left: left, right: try and(), at: offset)
    }
    return left
  }

  private mutating func and() throws(SyntaxError) -> Int32 {
    var left = try comparison()
    while current.kind == .and {
      let offset = try advance().start
      left = try builder.add(.and, left: left, right: try comparison(), at: offset)
    }
    return left
  }

  private mutating func comparison() throws(SyntaxError) -> Int32 {
    var left = try sum()
    while let operation = comparator() {
      let offset = try advance().start
      left = try builder.add(operation, left: left, right: try sum(), at: offset)
    }
    return left
  }

  private func comparator() -> Operation? {
    switch current.kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  private mutating func sum() throws(SyntaxError) -> Int32 {
    var left = try product()
    while current.kind == .plus || current.kind == .minus {
      let token = try advance()
      left = try builder.add(
        token.kind == .plus ? .add : .subtract, left: left, right: try product(), at: token.start)
    }
    return left
  }

  private mutating func product() throws(SyntaxError) -> Int32 {
    var left = try unary()
    while let operation = multiplicative() {
      let offset = try advance().start
      left = try builder.add(operation, left: left, right: try unary(), at: offset)
    }
    return left
  }

  private func multiplicative() -> Operation? {
    switch current.kind {
    case .star, .times: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .modulo: .modulo
    default: nil
    }
  }

  /// `!`, `+` and `-`, which bind looser than `.`: `!a.b` is `!(a.b)`.
  private mutating func unary() throws(SyntaxError) -> Int32 {
    let operation: Operation
    switch current.kind {
    case .not: operation = .not
    case .plus: operation = .plus
    case .minus: operation = .negate
    default: return try postfix()
    }
    try descend()
    let offset = try advance().start
    let operand = try unary()
    ascend()
    return try builder.add(operation, operand: operand, at: offset)
  }
}
