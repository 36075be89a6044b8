/// Pieces of JMESPath, safe to be put together.
enum ExpressionText {
  /// `a.b`, with quotes around what is no identifier.
  static func path(_ parts: [String]) -> String { parts.map(name).joined(separator: ".") }

  static func name(_ name: String) -> String {
    let isIdentifier =
      name.unicodeScalars.first.map { isLetter($0) } == true
      && name.unicodeScalars.allSatisfy { isLetter($0) || ("0"..."9").contains($0) }
    return isIdentifier ? name : DocumentValue.quoted(name)
  }

  /// A JSON literal in backticks.
  static func literal(_ value: DocumentValue) -> String { "`\(value.json.replacing("`", with: "\\`"))`" }

  /// A raw string in single quotes.
  static func string(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }

  /// A whole template.
  static func template(_ expression: String) -> String { "${\(expression)}" }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }
}
