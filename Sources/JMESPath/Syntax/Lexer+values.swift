import JSONText

extension Lexer {
  /// A token as it was written.
  func source(_ token: Token) -> String {
    String(decoding: text[token.start..<token.end], as: UTF8.self)
  }

  /// A variable's name, without the dollar sign.
  func variableName(_ token: Token) -> String {
    String(decoding: text[token.start + 1..<token.end], as: UTF8.self)
  }

  /// The name that a plain or quoted identifier stands for.
  func name(_ token: Token) throws(SyntaxError) -> String {
    if token.kind == .identifier { return source(token) }
    let document: JSONText
    do {
      document = try JSONText(Array(text[token.start..<token.end]))
    } catch {
      throw SyntaxError(
        .syntax, "the quoted name is not a valid JSON string", at: token.start + error.offset,
        hint: "double quotes are for names with JSON's escapes; text goes into single quotes")
    }
    return document.root.string ?? ""
  }

  /// What a `'…'` stands for: `\'` and `\\` are escapes (JEP 12), any other backslash is itself.
  func rawString(_ token: Token) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(token.end - token.start)
    var i = token.start + 1
    while i < token.end - 1 {
      if text[i] == UInt8(ascii: "\\"), text[i + 1] == UInt8(ascii: "'") || text[i + 1] == UInt8(ascii: "\\") { i += 1 }
      bytes.append(text[i])
      i += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The JSON between backticks; a backtick in it is written with a backslash. Numbers keep their text.
  func literal(_ token: Token) throws(SyntaxError) -> JSONValue {
    var bytes: [UInt8] = []
    var i = token.start + 1
    while i < token.end - 1 {
      if text[i] == UInt8(ascii: "\\"), text[i + 1] == UInt8(ascii: "`") { i += 1 }
      bytes.append(text[i])
      i += 1
    }
    let isWord = !bytes.isEmpty && bytes.allSatisfy { Lexer.isNamePart($0) || $0 == UInt8(ascii: "-") }
    do {
      return .slice(try JSONText(bytes).root)
    } catch {
      throw SyntaxError(
        .syntax, "the text between the backticks is not JSON", at: token.start,
        hint: isWord ? "for a string write '\(String(decoding: bytes, as: UTF8.self))'" : nil)
    }
  }

  /// The value of a run of digits.
  func integer(_ token: Token, negative: Bool) throws(SyntaxError) -> Int {
    guard let value = Int((negative ? "-" : "") + source(token), radix: 10) else {
      throw SyntaxError(.syntax, "the number is too large for an index", at: token.start)
    }
    return value
  }
}
