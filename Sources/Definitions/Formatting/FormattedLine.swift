/// A line of a file while it is formatted.
struct FormattedLine {
  enum Kind {
    case blank, comment, content
    /// Within a scalar of several lines: it stands as it is, but for its indentation.
    case scalar
  }

  let kind: Kind
  /// As it was.
  let text: [Unicode.Scalar]
  /// As it was, in columns.
  let oldIndent: Int
  var indent = 0
  /// What stands behind the indentation; `nil`: what stood there.
  var content: String?
  /// A route begins here, and is not the first.
  var beginsRoute = false

  init(_ kind: Kind, _ text: [Unicode.Scalar]) {
    self.kind = kind
    self.text = text
    oldIndent = text.firstIndex { $0 != " " && $0 != "\t" } ?? text.count
    indent = oldIndent
  }

  var output: String {
    if kind == .blank { return "" }
    let rest = content ?? String(String.UnicodeScalarView(text.dropFirst(oldIndent)))
    if kind == .scalar { return rest.isEmpty && oldIndent == text.count && indent == 0 ? "" : spaces(indent) + rest }
    return spaces(indent) + rest.trimmingEnd
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}

extension String {
  /// Without blanks at its end.
  fileprivate var trimmingEnd: String {
    var scalars = unicodeScalars
    while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
    return String(scalars)
  }
}
