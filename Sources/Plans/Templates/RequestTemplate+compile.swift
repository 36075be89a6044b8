extension RequestTemplate {
  /// Compiles the target of a line.
  /// - Parameters:
  ///   - backend: index of the line's backend.
  ///   - rest: the name of the route's `*rest` capture.
  package static func compile(
    _ line: RequestLine, backend: Int, rest: String? = nil
  ) throws(TemplateError) -> RequestTemplate {
    let parts = try TemplatePart.parse(Array(line.text.utf8), from: line.targetOffset)
    var compiler = TargetCompiler(rest: rest)
    for part in parts {
      switch part {
      case .literal(let bytes, let offset): try compiler.take(bytes, at: offset)
      case .expression(let expression): try compiler.take(expression)
      }
    }
    try compiler.end()
    return RequestTemplate(
      line: line, backend: backend, hasQuery: compiler.inQuery, path: compiler.path, query: compiler.query,
      expressions: parts.compactMap(\.expression))
  }

  /// Encodes a path, possibly with a query, that holds no templates: a health check's, a backend's base path.
  package static func constantTarget(_ text: String) throws(TemplateError) -> String {
    guard text.hasPrefix("/") else { throw TemplateError("a path starts with `/`", offset: 0) }
    var compiler = TargetCompiler(rest: nil)
    try compiler.take(Array(text.utf8), at: 0)
    try compiler.end()
    let line = RequestLine(target: text)
    return RequestTemplate(
      line: line, backend: 0, hasQuery: compiler.inQuery, path: compiler.path, query: compiler.query, expressions: []
    ).constant ?? text
  }
}
