/// A word of the language and where it stands.
struct Token {
  enum Kind {
    case identifier, quotedIdentifier, variable, rawString, literal, number
    case root, current, dot, star, comma, colon, question, assign
    case leftBracket, rightBracket, filter, flatten, leftBrace, rightBrace, leftParenthesis, rightParenthesis
    case pipe, or, and, ampersand, not
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case plus, minus, times, divide, floorDivide, modulo
    case end
  }

  var kind: Kind
  /// In bytes of the text.
  var start: Int
  var end: Int
}
