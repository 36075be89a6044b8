/// A source line with a caret and what follows of the fault underlined below it.
struct Excerpt {
  /// Scalars of a line that are shown; longer ones are cut around the caret.
  static let width = 140

  let line: String
  /// From 1.
  let column: Int
  /// Scalars to underline; those that the line does not have, or that are cut off, are not.
  var length = 1

  /// Two lines, indented by four spaces.
  var text: String {
    var scalars = Array(line.unicodeScalars)
    var caret = min(max(column - 1, 0), scalars.count)
    var (head, tail) = ("", "")
    if scalars.count > Self.width {
      let start = max(0, min(caret - Self.width / 2, scalars.count - Self.width))
      tail = start + Self.width < scalars.count ? "…" : ""
      head = start > 0 ? "…" : ""
      scalars = Array(scalars[start..<(start + Self.width)])
      caret -= start
    }
    var shown = String.UnicodeScalarView()
    shown.append(contentsOf: scalars)
    let line = String(repeating: "~", count: max(0, min(length, scalars.count - caret) - 1))
    // A tab stays a tab, so that the caret stands right whatever its width.
    let indent = scalars[..<caret].map { $0 == "\t" ? "\t" : " " }.joined()
    return "    \(head)\(String(shown))\(tail)\n    \(head.isEmpty ? "" : " ")\(indent)^\(line)"
  }
}
