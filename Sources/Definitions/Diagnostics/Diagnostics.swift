import JSONText

/// All that is to say of a folder of definitions, ordered by file, line and column. As an error it holds one at least.
package struct Diagnostics: Error, Sendable {
  package let all: [Diagnostic]

  /// Sorts, and drops what is said twice.
  package init(_ diagnostics: [Diagnostic]) {
    var seen: Set<Diagnostic> = []
    all = diagnostics.filter { seen.insert($0).inserted }.enumerated().sorted {
      let (left, right) = ($0.element.location, $1.element.location)
      return (left.file, left.line, left.column, $0.offset) < (right.file, right.line, right.column, $1.offset)
    }.map(\.element)
  }

  /// Warnings as errors.
  package var strict: Diagnostics {
    Diagnostics(
      all.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.severity = .error
        return diagnostic
      })
  }

  /// For people: each with its source line and a caret, ending in a line break.
  package var text: String {
    all.map { "\($0.text)\n" }.joined()
  }

  /// For tools: a list of `{file, line, column, severity, message, hint}`; `hint` is null where there is none.
  package var json: String {
    var writer = JSONWriter()
    writer.beginArray()
    for diagnostic in all {
      writer.beginObject()
      writer.write(name: "file")
      writer.write(diagnostic.location.file)
      writer.write(name: "line")
      writer.write(diagnostic.location.line)
      writer.write(name: "column")
      writer.write(diagnostic.location.column)
      writer.write(name: "severity")
      writer.write(diagnostic.severity.rawValue)
      writer.write(name: "message")
      writer.write(diagnostic.message)
      writer.write(name: "hint")
      writer.write(diagnostic.hint.map { JSONValue.string($0) } ?? .null)
      writer.endObject()
    }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension [String] {
  /// For messages: `a`, `b`, `c`, each in backticks.
  var quoted: String { map { "`\($0)`" }.joined(separator: ", ") }
}
