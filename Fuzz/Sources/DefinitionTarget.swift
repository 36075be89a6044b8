import Front
import JSONText

@testable import Definitions

/// `main.yaml NUL gateway.yaml`: loading says what is wrong and where, or gives a plan that can be served.
enum DefinitionTarget {
  static func run(_ bytes: [UInt8]) {
    let (first, second) = bytes.parts
    var files = [(name: "main.yaml", text: String(decoding: first, as: UTF8.self))]
    if let second { files.append((name: "gateway.yaml", text: String(decoding: second, as: UTF8.self))) }
    switch DefinitionLoader.load(files: files, environment: ["A": "http://127.0.0.1:1"], folder: "/nonexistent") {
    case .success(let loaded):
      hold(!loaded.plan.routes.isEmpty, "a plan without routes")
      _ = Router(loaded.plan.routes)
      for diagnostic in loaded.warnings.all { check(diagnostic, files) }
    case .failure(let found):
      hold(!found.all.isEmpty, "no plan and no reason")
      for diagnostic in found.all { check(diagnostic, files) }
      hold((try? JSONText(Array(found.json.utf8))) != nil, "diagnostics that are no JSON")
      hold(!found.text.isEmpty, "diagnostics without a text")
    }
  }

  private static func check(_ diagnostic: Diagnostic, _ files: [(name: String, text: String)]) {
    hold(!diagnostic.message.isEmpty, "a diagnostic without a message")
    let location = diagnostic.location
    guard location.line > 0 else { return }
    guard let file = files.first(where: { $0.name == location.file }) else {
      return hold(false, "a place in \(location.file)")
    }
    let lines = SourceFile(name: file.name, text: file.text).lines
    hold(location.line <= lines.count, "line \(location.line) of \(lines.count): \(diagnostic.headline)")
    let width = lines[location.line - 1].count
    hold((1...(width + 1)).contains(location.column), "column \(location.column) of \(width): \(diagnostic.headline)")
  }
}
