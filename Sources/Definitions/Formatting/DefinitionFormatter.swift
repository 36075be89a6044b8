import CYaml
import Plans

/// Brings the text of a definition file into one form, and changes nothing of what it means: the plan, the order and the
/// comments stay as they are.
package enum DefinitionFormatter {
  /// Returns the text in its form; diagnostics where it is no YAML that a definition may be.
  /// - Parameter name: of the file, for diagnostics.
  package static func format(_ text: String, name: String) -> Result<String, Diagnostics> {
    let file = SourceFile(name: name, text: text)
    let composed = YAMLComposer.compose(file)
    guard !composed.isBroken, composed.diagnostics.isEmpty else { return .failure(Diagnostics(composed.diagnostics)) }
    guard let root = composed.root else { return .success(joined(file.lines.map { FormattedLine.loose($0) })) }
    if let fault = unformattable(file) { return .failure(Diagnostics([fault])) }
    let formatted = joined(FormattingPass(file).lines)
    let result = SourceFile(name: name, text: formatted)
    let again = YAMLComposer.compose(result)
    guard again.root?.canonicalText == root.canonicalText, comments(of: result) == comments(of: file) else {
      let place = SourceLocation(file: name, line: 0, column: 0)
      return .failure(
        Diagnostics([
          Diagnostic(
            at: place, "the file can't be brought into form without a change of what it says; it stays as it is")
        ]))
    }
    return .success(formatted)
  }

  /// Keys that are written with `?`, and directives, are none of the forms that there are.
  private static func unformattable(_ file: SourceFile) -> Diagnostic? {
    let token = YAMLToken.all(of: file).first { $0.isExplicit }
    return token.map { token in
      let place = file.location(line: token.start.line + 1, column: token.start.column + 1)
      return Diagnostic(
        at: place, "this can't be brought into form", hint: "write `key: value`, and no directive",
        excerpt: file.line(token.start.line + 1))
    }
  }

  /// One blank line at most between two lines, one before a long route, none at either end.
  private static func joined(_ lines: [FormattedLine]) -> String {
    var output: [String] = []
    for (index, line) in lines.enumerated() {
      if line.kind == .blank {
        if output.last?.isEmpty == false { output.append("") }
        continue
      }
      if line.beginsRoute { separate(&output, lines[..<index], indent: line.indent) }
      output.append(line.output)
    }
    while output.last?.isEmpty == true { output.removeLast() }
    return output.isEmpty ? "" : output.joined(separator: "\n") + "\n"
  }

  /// Puts a blank line before a route, and before the comments above it.
  private static func separate(_ output: inout [String], _ before: ArraySlice<FormattedLine>, indent: Int) {
    let comments = before.reversed().prefix { $0.kind == .comment && $0.indent == indent }.count
    let place = output.count - comments
    if place > 0, !output[place - 1].isEmpty { output.insert("", at: place) }
  }

  /// The texts of all comments, in their order.
  static func comments(of file: SourceFile) -> [String] {
    let tokens = YAMLToken.all(of: file).filter(\.isVisible)
    var comments: [String] = []
    var covered = [Int](repeating: 0, count: file.lines.count + 2)
    for token in tokens {
      let isBlock = token.isBlockScalar
      for line in token.start.line...max(token.start.line, token.end.line) where line < covered.count {
        let isLast = line == token.end.line
        let isHeader = isBlock && line == token.start.line
        covered[line] = max(covered[line], isHeader ? token.start.column + 1 : isLast ? token.end.column : Int.max)
      }
    }
    for (number, line) in file.lines.enumerated() where covered[number] <= line.count {
      guard let sign = line[covered[number]...].firstIndex(of: "#") else { continue }
      comments.append(String(String.UnicodeScalarView(line[sign...])).trimmingBlanks)
    }
    return comments
  }
}

extension YAMLToken {
  /// A key with `?` before it, or a directive.
  fileprivate var isExplicit: Bool {
    type == YAML_KEY_TOKEN && isVisible || type == YAML_VERSION_DIRECTIVE_TOKEN || type == YAML_TAG_DIRECTIVE_TOKEN
  }
}

extension FormattedLine {
  /// A line of a file without a document: comments alone.
  fileprivate static func loose(_ text: [Unicode.Scalar]) -> FormattedLine {
    var line = FormattedLine(text.allSatisfy { $0 == " " || $0 == "\t" } ? .blank : .comment, text)
    line.indent = 0
    return line
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = Substring(self)
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return String(text)
  }
}
