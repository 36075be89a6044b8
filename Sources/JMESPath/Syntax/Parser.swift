/// Turns tokens into a program by recursive descent; each level of precedence is a method, loosest first. `current`
/// is the one token of lookahead.
struct Parser {
  var lexer: Lexer
  var current: Token
  var builder: ProgramBuilder
  /// Variables that are visible, innermost last.
  var scope: [(name: String, slot: Int32)] = []
  private var depth = 0
  private let maxDepth: Int

  init(_ text: [UInt8], from start: Int, limits: Limits) throws(SyntaxError) {
    lexer = Lexer(text, from: start, to: text.count)
    builder = ProgramBuilder(maxHeight: limits.maxNesting)
    maxDepth = limits.maxNesting
    current = try lexer.next()
  }

  /// A whole expression: `|` and everything tighter.
  mutating func expression() throws(SyntaxError) -> Int32 {
    try descend()
    var left = try ternary()
    while current.kind == .pipe {
      let offset = try advance().start
      left = try builder.add(.pipe, left: left, right: try ternary(), at: offset)
    }
    ascend()
    return left
  }

  /// Counts a level of recursion; the caller takes it back.
  mutating func descend() throws(SyntaxError) {
    depth += 1
    if depth > maxDepth { throw .tooDeep(limit: maxDepth, at: current.start) }
  }

  mutating func ascend() {
    depth -= 1
  }

  /// Takes the current token.
  @discardableResult
  mutating func advance() throws(SyntaxError) -> Token {
    let taken = current
    current = try lexer.next()
    return taken
  }

  /// Takes the current token if it is of that kind, else says what was expected.
  @discardableResult
  mutating func expect(_ kind: Token.Kind, _ what: String) throws(SyntaxError) -> Token {
    guard current.kind == kind else { throw unexpected(expected: what) }
    return try advance()
  }
}
