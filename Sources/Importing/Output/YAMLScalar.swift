import JSONText

/// A text as YAML 1.2 has it, with quotes only where they are needed.
enum YAMLScalar {
  static func text(_ text: String, inFlow: Bool = false, isKey: Bool = false) -> String {
    if isPlain(text, inFlow: inFlow, isKey: isKey) { return text }
    let hasControls = text.unicodeScalars.contains { scalar in
      scalar.properties.generalCategory == .control || ["\u{2028}", "\u{2029}", "\u{FEFF}"].contains(scalar)
    }
    if !hasControls, text.contains("\"") || text.contains("\\") {
      return "'\(text.replacing("'", with: "''"))'"
    }
    return DocumentValue.quoted(text).replacing("\u{2028}", with: "\\u2028").replacing("\u{2029}", with: "\\u2029")
      .replacing("\u{FEFF}", with: "\\uFEFF")
  }

  private static func isPlain(_ text: String, inFlow: Bool, isKey: Bool) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    let words = ["null", "true", "false", "~", "yes", "no", "on", "off", ".inf", ".nan"]
    guard !words.contains(text.lowercased()), JSONNumber(text: text) == nil, !looksLikeNumber(text) else {
      return false
    }
    guard !"-?:,[]{}#&*!|>'\"%@` ".unicodeScalars.contains(first), last != " ", last != ":" else { return false }
    guard !text.contains(": "), !text.contains(" #") else { return false }
    guard !inFlow || !text.contains(where: { "{}[],".contains($0) }) else { return false }
    guard !isKey || text.count <= 512 else { return false }
    return text.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) || $0.properties.isAlphabetic }
  }

  /// `+1`, `0x1F`, `1_000` and the like: not a number of JSON, but one for somebody.
  private static func looksLikeNumber(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, "+-.0123456789".unicodeScalars.contains(first) else { return false }
    return text.unicodeScalars.allSatisfy { "+-._0123456789abcdefABCDEFxXoO".unicodeScalars.contains($0) }
      && !text.hasSuffix("d")
  }
}
