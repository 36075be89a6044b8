import JSONText

extension Parser {
  /// What an expression can begin with.
  mutating func primary() throws(SyntaxError) -> Int32 {
    let token = current
    switch token.kind {
    case .identifier where lexer.source(token) == "let" && lexer.variableFollows():
      return try letExpression()
    case .identifier, .quotedIdentifier:
      return try fieldOrCall()
    case .current, .root:
      try advance()
      return try builder.add(token.kind == .root ? .root : .current, at: token.start)
    case .variable:
      return try variable()
    case .rawString:
      try advance()
      return try builder.add(.literal, builder.number(ofLiteral: .string(lexer.rawString(token))), at: token.start)
    case .literal:
      try advance()
      return try builder.add(.literal, builder.number(ofLiteral: try lexer.literal(token)), at: token.start)
    case .leftParenthesis:
      try advance()
      let inner = try expression()
      try expect(.rightParenthesis, "')'")
      return inner
    case .leftBrace:
      return try hash()
    case .star, .flatten, .filter, .leftBracket:
      return try implicitCurrent()
    default:
      throw unexpected(expected: "an expression")
    }
  }

  /// Brackets and `*` at the beginning work on the current node; `[x, y]` is a list.
  private mutating func implicitCurrent() throws(SyntaxError) -> Int32 {
    let offset = current.start
    let current = try builder.add(.current, at: offset)
    switch self.current.kind {
    case .star:
      try advance()
      return try builder.add(.projectValues, left: current, right: try projected(at: offset), at: offset)
    case .flatten: return try flatten(current)
    case .filter: return try filter(current)
    default: break
    }
    try advance()
    if startsIndex, self.current.kind != .minus || (0x30...0x39).contains(lexer.peek()) {
      return try indexOrSlice(current, at: offset)
    }
    if self.current.kind == .star, lexer.peek() == UInt8(ascii: "]") {
      try advance()
      try advance()
      return try builder.add(.projectElements, left: current, right: try projected(at: offset), at: offset)
    }
    return try list(at: offset)
  }

  /// The rest of `[x, y]`, behind the bracket.
  mutating func list(at offset: Int) throws(SyntaxError) -> Int32 {
    var elements: [Int32] = []
    repeat { elements.append(try expression()) } while try takeComma()
    try expect(.rightBracket, "',' or ']'")
    return try builder.add(
      .list, builder.number(ofList: elements), Int32(clamping: elements.count), above: elements, at: offset)
  }

  /// `{k: x}`; of equal names the last one counts, in the place of the first.
  mutating func hash() throws(SyntaxError) -> Int32 {
    let offset = try advance().start
    var names: [Int32] = []
    var values: [Int32] = []
    repeat {
      let name = try memberName()
      let value = try expression()
      if let place = names.firstIndex(of: name) {
        values[place] = value
      } else {
        names.append(name)
        values.append(value)
      }
    } while try takeComma()
    try expect(.rightBrace, "',' or '}'")
    let pairs = zip(names, values).flatMap { [$0, $1] }
    return try builder.add(
      .hash, builder.number(ofList: pairs), Int32(clamping: values.count), above: values, at: offset)
  }

  private mutating func memberName() throws(SyntaxError) -> Int32 {
    guard current.kind == .identifier || current.kind == .quotedIdentifier else {
      throw unexpected(expected: "the name of a member")
    }
    let name = builder.number(ofName: try lexer.name(try advance()))
    try expect(.colon, "':' behind the name")
    return name
  }

  mutating func takeComma() throws(SyntaxError) -> Bool {
    guard current.kind == .comma else { return false }
    try advance()
    return true
  }
}
