extension Parser {
  /// A primary expression and all that hangs on it: `.name`, `[0]`, `[]`, …
  mutating func postfix() throws(SyntaxError) -> Int32 {
    try trail(try primary(), insideProjection: false)
  }

  /// What is applied to each element of a projection. A flatten operator ends it: that works on the whole list.
  mutating func projected(at offset: Int) throws(SyntaxError) -> Int32 {
    try descend()
    let current = try builder.add(.current, at: offset)
    let right = try trail(current, insideProjection: true)
    ascend()
    return right
  }

  private mutating func trail(_ first: Int32, insideProjection: Bool) throws(SyntaxError) -> Int32 {
    var left = first
    while true {
      switch current.kind {
      case .dot: left = try dot(left)
      case .leftBracket: left = try bracket(left)
      case .filter: left = try filter(left)
      case .flatten where !insideProjection: left = try flatten(left)
      default: return left
      }
    }
  }

  mutating func flatten(_ left: Int32) throws(SyntaxError) -> Int32 {
    let offset = try advance().start
    return try builder.add(.projectFlattened, left: left, right: try projected(at: offset), at: offset)
  }

  mutating func filter(_ left: Int32) throws(SyntaxError) -> Int32 {
    let offset = try advance().start
    let condition = try expression()
    try expect(.rightBracket, "']' of the filter")
    let right = try projected(at: offset)
    return try builder.add(.projectFiltered, left, right, condition, above: [left, right, condition], at: offset)
  }

  private mutating func dot(_ left: Int32) throws(SyntaxError) -> Int32 {
    let offset = try advance().start
    switch current.kind {
    case .star:
      try advance()
      return try builder.add(.projectValues, left: left, right: try projected(at: offset), at: offset)
    case .identifier, .quotedIdentifier:
      let right = try fieldOrCall()
      // A field of the current node needs no step of its own: null has no members either way.
      if builder.isCurrent(left), builder.isField(right) { return right }
      return try builder.add(.sub, left: left, right: right, at: offset)
    case .leftBrace:
      return try builder.add(.sub, left: left, right: try hash(), at: offset)
    case .leftBracket:
      try advance()
      let right = try list(at: offset)
      return try builder.add(.sub, left: left, right: right, at: offset)
    default:
      throw unexpected(expected: "a name, '*', '{' or '[' after '.'")
    }
  }

  /// `[n]`, `[a:b:c]` or `[*]` behind an expression.
  private mutating func bracket(_ left: Int32) throws(SyntaxError) -> Int32 {
    let offset = try advance().start
    if current.kind == .star {
      try advance()
      try expect(.rightBracket, "']'")
      return try builder.add(.projectElements, left: left, right: try projected(at: offset), at: offset)
    }
    guard startsIndex else { throw notAnIndex() }
    return try indexOrSlice(left, at: offset)
  }

  var startsIndex: Bool {
    current.kind == .number || current.kind == .colon || current.kind == .minus
  }

  mutating func indexOrSlice(_ left: Int32, at offset: Int) throws(SyntaxError) -> Int32 {
    let start = try integer()
    if let start, current.kind == .rightBracket {
      try advance()
      guard let index = Int32(exactly: start) else {
        throw SyntaxError(.syntax, "the number is too large for an index", at: offset)
      }
      let right = try builder.add(.index, index, at: offset)
      return builder.isCurrent(left) ? right : try builder.add(.sub, left: left, right: right, at: offset)
    }
    try expect(.colon, "':' or ']'")
    var bounds = SliceBounds(start: start, stop: try integer(), step: 1)
    var stepOffset = current.start
    if current.kind == .colon {
      try advance()
      stepOffset = current.start
      bounds.step = try integer() ?? 1
    }
    try expect(.rightBracket, "']' of the slice")
    if bounds.step == 0 { throw SyntaxError(.invalidValue, "the step of a slice can't be 0", at: stepOffset) }
    let right = try projected(at: offset)
    return try builder.add(
      .projectSliced, left, right, builder.number(ofSlice: bounds), above: [left, right], at: offset)
  }

  private mutating func integer() throws(SyntaxError) -> Int? {
    let isNegative = current.kind == .minus
    if isNegative { try advance() }
    guard current.kind == .number else {
      if isNegative { throw unexpected(expected: "a number") }
      return nil
    }
    let token = try advance()
    return try lexer.integer(token, negative: isNegative)
  }
}
