import CYaml

/// A syntax error of libyaml in words that help whoever wrote the file.
struct YAMLFault {
  let mark: (line: Int, column: Int)
  let message: String
  let hint: String?

  init(_ parser: yaml_parser_t, in file: SourceFile) {
    let problem = parser.problem.map { String(cString: $0) } ?? "the text can't be read"
    let context = parser.context.map { String(cString: $0) }
    var mark = (line: parser.problem_mark.line + 1, column: parser.problem_mark.column + 1)
    if parser.error == YAML_READER_ERROR {
      mark = Self.position(ofByte: parser.problem_offset, in: file)
    } else if mark.line > file.lines.count || file.lines[mark.line - 1].isEmpty, parser.context != nil {
      // Found missing only at the end of the file: where it began tells more.
      mark = (parser.context_mark.line + 1, parser.context_mark.column + 1)
    }
    let line = file.lines.indices.contains(mark.line - 1) ? file.lines[mark.line - 1] : []
    let began = parser.context_mark.line + 1
    let from = context != nil && began < mark.line ? " (begun on line \(began))" : ""
    self.mark = mark
    if problem.hasPrefix("Maximum nesting level") {
      message = YAMLComposer.tooDeep
      hint = YAMLComposer.needless
      return
    }
    message = "YAML: \(context.map { "\($0)\(from): " } ?? "")\(problem)"
    hint = Self.hint(
      problem, context ?? "", line: line, column: mark.column, lineBefore: file.line(mark.line - 1) ?? "")
  }

  private static func position(ofByte offset: Int, in file: SourceFile) -> (line: Int, column: Int) {
    let prefix = SourceFile(name: "", text: String(decoding: file.text.utf8.prefix(offset), as: UTF8.self))
    return (prefix.lines.count, (prefix.lines.last?.count ?? 0) + 1)
  }

  private static func hint(
    _ problem: String, _ context: String, line: [Unicode.Scalar], column: Int, lineBefore: String
  ) -> String? {
    let text = String(String.UnicodeScalarView(line))
    let at = line.indices.contains(column - 1) ? line[column - 1] : nil
    if let at, "`@%".unicodeScalars.contains(at) {
      return "a value that begins with \(at == "`" ? "a backtick" : "`\(at)`") must be quoted"
    }
    if at == ":", problem.contains("expected node content") {
      return "a value that begins with `:` must be quoted here"
    }
    if at == "\t" { return "indent with spaces, not with tabs" }
    if problem.contains("mapping values are not allowed") {
      return text.contains("${")
        ? "a value with `: ` in it must be quoted: \"${…}\""
        : "quote a value with `: ` in it, and check the indentation"
    }
    if context.contains("block") {
      let collection = context.contains("mapping") ? "mapping" : "list"
      return "check the indentation: what belongs to one \(collection) begins in one column"
    }
    if text.contains("${") || lineBefore.contains("${") {
      return "quote the value: inside `{ }` and `[ ]` a plain value can't hold braces, brackets or commas"
    }
    if problem.contains("did not find expected ','") { return "a bracket or brace may not be closed" }
    if problem.contains("could not find expected ':'") { return "a key is followed by `: ` and its value" }
    return nil
  }
}
