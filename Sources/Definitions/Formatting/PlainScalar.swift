/// Whether a text needs quotes. Some that do not are taken for such that do: what other readers of YAML might take for a
/// number, a date or a truth keeps its quotes.
enum PlainScalar {
  private static let indicators = Set("-?:,[]{}#&*!|>'\"%@`=<~+.0123456789".unicodeScalars)
  private static let words: Set = ["y", "n", "yes", "no", "on", "off"]

  /// Whether it means the same without quotes.
  static func allows(_ text: String, inFlow: Bool) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.first, let last = scalars.last, !indicators.contains(first), last != " ", last != ":",
      scalars.allSatisfy(isPrintable), !words.contains(text.lowercased())
    else { return false }
    let node = YAMLNode(
      content: .scalar(text, .plain), location: .init(file: "", line: 1, column: 1), end: (line: 1, column: 1))
    guard case .string = CoreSchema(node) else { return false }
    for (scalar, next) in zip(scalars, scalars.dropFirst()) {
      if scalar == ":", next == " " || inFlow && !isWord(next) { return false }
      if scalar == " ", next == "#" { return false }
    }
    // Some readers end a plain text at a `?` there.
    return !inFlow || scalars.allSatisfy { !",[]{}?".unicodeScalars.contains($0) }
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "/")
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }
}
