/// Splits a text into tokens, one at a time: what follows an embedded expression is never looked at.
struct Lexer {
  let text: [UInt8]
  /// Nothing at or behind this offset belongs to the expression.
  let end: Int
  private(set) var at: Int

  init(_ text: [UInt8], from start: Int, to end: Int) {
    self.text = text
    self.end = end
    at = start
  }

  /// 0 at the end and beyond it.
  private func byte(_ index: Int) -> UInt8 {
    index < end ? text[index] : 0
  }

  /// The first byte behind white space, 0 at the end. Decides what can't be told by one token.
  func peek() -> UInt8 {
    byte(skippingSpace(at))
  }

  /// True where a variable begins behind white space.
  func variableFollows() -> Bool {
    let next = skippingSpace(at)
    return byte(next) == UInt8(ascii: "$") && Lexer.isNameStart(byte(next + 1))
  }

  private func skippingSpace(_ start: Int) -> Int {
    var i = start
    while i < end, text[i] == 0x20 || text[i] == 0x09 || text[i] == 0x0A || text[i] == 0x0D { i += 1 }
    return i
  }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
  }

  static func isNamePart(_ byte: UInt8) -> Bool {
    isNameStart(byte) || byte &- 0x30 < 10
  }

  /// Takes the next token.
  mutating func next() throws(SyntaxError) -> Token {
    let start = skippingSpace(at)
    guard start < end else {
      at = end
      return Token(kind: .end, start: end, end: end)
    }
    let (kind, length) = try read(text[start], start)
    at = start + length
    return Token(kind: kind, start: start, end: at)
  }

  private func read(_ first: UInt8, _ start: Int) throws(SyntaxError) -> (Token.Kind, Int) {
    if Lexer.isNameStart(first) { return (.identifier, nameLength(start)) }
    if first &- 0x30 < 10 { return (.number, digitsLength(start)) }
    switch first {
    case UInt8(ascii: "\""): return (.quotedIdentifier, try quotedLength(start, first))
    case UInt8(ascii: "'"): return (.rawString, try quotedLength(start, first))
    case UInt8(ascii: "`"): return (.literal, try quotedLength(start, first))
    case UInt8(ascii: "$"):
      return Lexer.isNameStart(byte(start + 1)) ? (.variable, nameLength(start + 1) + 1) : (.root, 1)
    default:
      if let two = pair(first, byte(start + 1)) { return (two, 2) }
      if let one = single(first) { return (one, 1) }
      return try unicodeOperator(start)
    }
  }

  private func nameLength(_ start: Int) -> Int {
    var i = start
    while Lexer.isNamePart(byte(i)) { i += 1 }
    return i - start
  }

  private func digitsLength(_ start: Int) -> Int {
    var i = start
    while byte(i) &- 0x30 < 10 { i += 1 }
    return i - start
  }

  private func quotedLength(_ start: Int, _ quote: UInt8) throws(SyntaxError) -> Int {
    var i = start + 1
    while i < end, text[i] != quote { i += text[i] == UInt8(ascii: "\\") ? 2 : 1 }
    guard i < end else {
      throw SyntaxError(
        .syntax, "no closing \(Character(UnicodeScalar(quote))) for this one", at: start)
    }
    return i + 1 - start
  }

  private func pair(_ first: UInt8, _ second: UInt8) -> Token.Kind? {
    switch (first, second) {
    case (UInt8(ascii: "["), UInt8(ascii: "?")): .filter
    case (UInt8(ascii: "["), UInt8(ascii: "]")): .flatten
    case (UInt8(ascii: "|"), UInt8(ascii: "|")): .or
    case (UInt8(ascii: "&"), UInt8(ascii: "&")): .and
    case (UInt8(ascii: "="), UInt8(ascii: "=")): .equal
    case (UInt8(ascii: "!"), UInt8(ascii: "=")): .notEqual
    case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lessOrEqual
    case (UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterOrEqual
    case (UInt8(ascii: "/"), UInt8(ascii: "/")): .floorDivide
    default: nil
    }
  }

  private func single(_ byte: UInt8) -> Token.Kind? {
    switch byte {
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: "*"): .star
    case UInt8(ascii: ","): .comma
    case UInt8(ascii: ":"): .colon
    case UInt8(ascii: "?"): .question
    case UInt8(ascii: "="): .assign
    case UInt8(ascii: "["): .leftBracket
    case UInt8(ascii: "]"): .rightBracket
    case UInt8(ascii: "{"): .leftBrace
    case UInt8(ascii: "}"): .rightBrace
    case UInt8(ascii: "("): .leftParenthesis
    case UInt8(ascii: ")"): .rightParenthesis
    case UInt8(ascii: "|"): .pipe
    case UInt8(ascii: "&"): .ampersand
    case UInt8(ascii: "!"): .not
    case UInt8(ascii: "<"): .less
    case UInt8(ascii: ">"): .greater
    case UInt8(ascii: "@"): .current
    case UInt8(ascii: "+"): .plus
    case UInt8(ascii: "-"): .minus
    case UInt8(ascii: "/"): .divide
    case UInt8(ascii: "%"): .modulo
    default: nil
    }
  }

  /// × (U+00D7), ÷ (U+00F7) and − (U+2212), JEP 16.
  private func unicodeOperator(_ start: Int) throws(SyntaxError) -> (Token.Kind, Int) {
    switch (byte(start), byte(start + 1), byte(start + 2)) {
    case (0xC3, 0x97, _): return (.times, 2)
    case (0xC3, 0xB7, _): return (.divide, 2)
    case (0xE2, 0x88, 0x92): return (.minus, 3)
    default:
      let scalar = String(decoding: text[start..<min(end, start + 4)], as: UTF8.self).unicodeScalars.first
      let isWord = scalar.map { $0.value > 0x7F && $0.properties.isAlphabetic } ?? false
      throw SyntaxError(
        .syntax, "unexpected character" + (scalar.map { " \(SyntaxError.quote($0))" } ?? ""), at: start,
        hint: isWord ? "put names with letters beyond a-z into double quotes" : nil)
    }
  }
}
