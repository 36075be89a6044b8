extension Parser {
  /// A field, or a call of a function.
  mutating func fieldOrCall() throws(SyntaxError) -> Int32 {
    let token = try advance()
    guard current.kind == .leftParenthesis else {
      return try builder.add(.field, builder.number(ofName: try lexer.name(token)), at: token.start)
    }
    if token.kind == .quotedIdentifier {
      throw SyntaxError(
        .syntax, "a function's name can't be quoted", at: token.start, hint: "leave the quotes out")
    }
    return try call(token)
  }

  private mutating func call(_ token: Token) throws(SyntaxError) -> Int32 {
    let name = lexer.source(token)
    guard let function = Function(rawValue: name) else { throw unknownFunction(name, at: token.start) }
    try advance()
    var arguments: [Int32] = []
    if current.kind != .rightParenthesis {
      repeat { arguments.append(try argument()) } while try takeComma()
    }
    try expect(.rightParenthesis, "',' or ')'")
    try check(function, arguments, at: token.start)
    if let position = function.patternPosition { try addPattern(function, arguments[position], position) }
    return try builder.add(
      .call, builder.number(ofList: arguments), Int32(clamping: arguments.count), function.number, above: arguments,
      at: token.start)
  }

  private mutating func argument() throws(SyntaxError) -> Int32 {
    guard current.kind == .ampersand else { return try expression() }
    let offset = try advance().start
    return try builder.add(.expression, operand: try expression(), at: offset)
  }

  private func check(_ function: Function, _ arguments: [Int32], at offset: Int) throws(SyntaxError) {
    let count = arguments.count
    guard count >= function.minimum, count <= function.maximum ?? .max else {
      throw SyntaxError(.invalidArity, "\(function.rawValue)() \(function.arityText), not \(count)", at: offset)
    }
    for (position, argument) in arguments.enumerated() {
      let isExpression = builder.nodes[Int(widening: argument)].operation == .expression
      let place = Int(widening: builder.nodes[Int(widening: argument)].offset)
      if position == function.expressionPosition, !isExpression {
        throw SyntaxError(
          .invalidType, "argument \(position + 1) of \(function.rawValue)() has to be an expression", at: place,
          hint: "put & before it")
      }
      if position != function.expressionPosition, isExpression {
        throw SyntaxError(
          .invalidType, "argument \(position + 1) of \(function.rawValue)() can't be an expression", at: place,
          hint: "leave the & out")
      }
    }
  }

  private mutating func addPattern(
    _ function: Function, _ argument: Int32, _ position: Int
  ) throws(SyntaxError) {
    let node = builder.nodes[Int(widening: argument)]
    let place = Int(widening: node.offset)
    guard node.operation == .literal, let text = builder.literals[Int(widening: node.a)].string else {
      throw SyntaxError(
        .invalidType, "argument \(position + 1) of \(function.rawValue)() has to be a literal text", at: place,
        hint: "write the pattern out, between single quotes")
    }
    guard function == .matches else { return }
    do throws(TextPattern.PatternFault) {
      builder.add(try TextPattern(text), ofLiteral: node.a)
    } catch {
      throw SyntaxError(
        .invalidValue, "the pattern is wrong behind its first \(error.offset) bytes: \(error.message)", at: place)
    }
  }

  mutating func variable() throws(SyntaxError) -> Int32 {
    let token = try advance()
    let name = lexer.variableName(token)
    guard let binding = scope.last(where: { $0.name == name }) else {
      throw SyntaxError(
        .undefinedVariable, "there is no variable $\(name) here", at: token.start,
        hint: SimilarNames.hint(name, among: scope.map(\.name), prefix: "$") ?? "members of the root are $.\(name)")
    }
    return try builder.add(.variable, binding.slot, at: token.start)
  }

  /// `let $a = x, $b = y in z`; the bindings don't see each other.
  mutating func letExpression() throws(SyntaxError) -> Int32 {
    let offset = try advance().start
    var bindings: [(name: String, slot: Int32)] = []
    var pairs: [Int32] = []
    var children: [Int32] = []
    repeat {
      let token = try expect(.variable, "a variable such as $name")
      try expect(.assign, "'=' behind the variable")
      let value = try expression()
      let slot = builder.newSlot()
      bindings.append((lexer.variableName(token), slot))
      pairs += [slot, value]
      children.append(value)
    } while try takeComma()
    guard current.kind == .identifier, lexer.source(current) == "in" else {
      throw unexpected(expected: "',' or 'in'")
    }
    try advance()
    scope += bindings
    let body = try expression()
    scope.removeLast(bindings.count)
    let list = builder.number(ofList: pairs)
    return try builder.add(.bind, list, Int32(clamping: bindings.count), body, above: children + [body], at: offset)
  }
}
