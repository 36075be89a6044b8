/// Header values whose parts may be quoted strings (RFC 9110 §5.6.4).
enum QuotedList {
  /// Parts between separators that stand outside of quotes.
  static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
    let text = Substring(text)
    var parts: [Substring] = []
    var start = text.startIndex
    var isQuoted = false
    var isEscaped = false
    for index in text.indices {
      let character = text[index]
      if isEscaped {
        isEscaped = false
      } else if isQuoted && character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == separator && !isQuoted {
        parts.append(text[start..<index])
        start = text.index(after: index)
      }
    }
    parts.append(text[start...])
    return parts
  }

  static func unquoted(_ text: Substring) -> String {
    guard text.count >= 2, text.first == "\"", text.last == "\"" else { return String(text) }
    var result = ""
    var isEscaped = false
    for character in text.dropFirst().dropLast() {
      if character == "\\" && !isEscaped {
        isEscaped = true
      } else {
        result.append(character)
        isEscaped = false
      }
    }
    return result
  }

  /// A token as it is, anything else as a quoted string.
  static func tokenOrQuoted(_ text: String) -> String {
    if !text.isEmpty && text.utf8.allSatisfy(HeadSyntax.isToken) { return text }
    var result = "\""
    for character in text {
      if character == "\"" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    result.append("\"")
    return result
  }
}
