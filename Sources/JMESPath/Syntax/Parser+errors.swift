extension Parser {
  /// The current token can't stand here.
  func unexpected(expected: String) -> SyntaxError {
    if current.kind == .end {
      return SyntaxError(.syntax, "the expression ends here, but \(expected) has to follow", at: current.start)
    }
    return SyntaxError(
      .syntax, "unexpected \(describe(current)); expected \(expected)", at: current.start, hint: hint())
  }

  private func describe(_ token: Token) -> String {
    let source = lexer.source(token)
    return switch token.kind {
    case .quotedIdentifier, .literal, .rawString, .identifier, .number: source
    default: "'\(source)'"
    }
  }

  private func hint() -> String? {
    switch current.kind {
    case .number: "a number is written between backticks: `\(lexer.source(current))`"
    case .assign: "to compare write =="
    case .ampersand: "for a logical and write &&"
    case .identifier:
      switch lexer.source(current) {
      case "and": "for a logical and write &&"
      case "or": "for a logical or write ||"
      case "not": "for a logical not write !"
      default: nil
      }
    default: nil
    }
  }

  /// A bracket behind an expression that holds neither index, slice nor `*`.
  func notAnIndex() -> SyntaxError {
    var error = unexpected(expected: "an index, a slice or '*'")
    switch current.kind {
    case .identifier, .quotedIdentifier, .rawString:
      error.hint = "a member is .name, a filter is [?condition], a list of values is .[a, b]"
    default: break
    }
    return error
  }

  func unknownFunction(_ name: String, at offset: Int) -> SyntaxError {
    let names = Expression.functionNames
    return SyntaxError(
      .unknownFunction, "there is no function \(name)()", at: offset,
      hint: SimilarNames.hint(name, among: names, suffix: "()") ?? "the functions are \(names.joined(separator: ", "))")
  }
}
