import Foundation
import TestInputs
import Testing

@testable import Definitions

/// `weft fmt` changes how a file looks, and nothing else.
@Suite struct FormatterTests {
  private static func form(_ text: String) throws -> String {
    try DefinitionFormatter.format(text, name: "x.yaml").get()
  }

  @Test(
    arguments: [
      ("a:\n    b:   1\n    c: 2\n", "a:\n  b: 1\n  c: 2\n"),
      ("a:\n- 1\n-   b: 1\n    c: 2\n", "a:\n  - 1\n  - b: 1\n    c: 2\n"),
      ("a: {b: 1,c: [ 2 ,3 ]}\n", "a: { b: 1, c: [2, 3] }\n"), ("a: {}\nb: [ ]\n", "a: {}\nb: []\n"),
      ("\n\na: 1\n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"), ("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"), ("a: 1", "a: 1\n"),
      ("a: \"x y\"\nb: 'z'\n", "a: x y\nb: z\n"), ("\"a\": 1\n", "a: 1\n"),
      (
        "a: \"1\"\nb: 'true'\nc: \"no\"\nd: \"x: y\"\ne: 'x #y'\nf: ''\n",
        "a: \"1\"\nb: 'true'\nc: \"no\"\nd: \"x: y\"\ne: 'x #y'\nf: ''\n"
      ),
      ("a: [\"/x?y=1\"]\nb: \"/x?y=1\"\n", "a: [\"/x?y=1\"]\nb: /x?y=1\n"),
      ("a: [\"x,y\", \"${p}\", \"z\"]\n", "a: [\"x,y\", \"${p}\", z]\n"), ("a: !!str \"x\"\n", "a: !!str \"x\"\n"),
      ("a: 1   \nb: 2\t\n", "a: 1\nb: 2\n"), ("# only\n\n\n  # comments\n", "# only\n\n# comments\n"), ("", ""),
      ("a: |\n      x\n        y\n\n      z\nb: 1\n", "a: |\n  x\n    y\n\n  z\nb: 1\n"),
      ("a:\n    - >-\n        x\n        y\n    - z\n", "a:\n  - >-\n    x\n    y\n  - z\n"),
      ("a: \"x\n  y\"   # c\nb: 1\n", "a: \"x\n  y\"   # c\nb: 1\n"),
      ("a:\n    # of b\n    b: 1   # 1\n    # end\nc: 2\n", "a:\n  # of b\n  b: 1   # 1\n  # end\nc: 2\n"),
      ("a:\n    b: 1\n# of c\nc: 2\n", "a:\n  b: 1\n# of c\nc: 2\n"),
      ("a: 1      # one\nbb: \"x\"   # two\n", "a: 1      # one\nbb: x     # two\n"),
      ("a: [\n1,\n    2 # two\n  ]\n", "a: [\n  1,\n  2 # two\n]\n"),
      ("a: &x {b: 1}\nc: *x\n", "a: &x { b: 1 }\nc: *x\n"),
      (
        "routes:\n  GET /a:\n    response: 1\n  # of b\n  GET /b:\n    response: 2\n",
        "routes:\n  GET /a:\n    response: 1\n\n  # of b\n  GET /b:\n    response: 2\n"
      ),
      (
        "routes:\n  GET /a: { response: 1 }\n  GET /b: { response: 2 }\n",
        "routes:\n  GET /a: { response: 1 }\n  GET /b: { response: 2 }\n"
      ),
    ])
  func aFileHasOneForm(_ text: String, _ form: String) throws {
    let formed = try Self.form(text)
    #expect(formed == form)
    let again = try Self.form(formed)
    #expect(again == formed)
  }

  @Test(arguments: ["a: [", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "? a\n: 1\n", "\ta: 1\n"])
  func whatCanNotBeReadIsRefused(_ text: String) throws {
    #expect(throws: Diagnostics.self) { try Self.form(text) }
  }

  /// All that the repository has, and what becomes of it by edits that leave it YAML: its meaning and its comments stay,
  /// and a form has no other form.
  @Test(arguments: 0..<6) func nothingIsLost(_ seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var formed = 0
    for text in try Self.files() {
      for turn in 0..<6 {
        let edited = turn == 0 ? text : Self.edited(text, &dice)
        let before = SourceFile(name: "x", text: edited)
        let composed = YAMLComposer.compose(before)
        guard !composed.isBroken, composed.diagnostics.isEmpty, let root = composed.root else { continue }
        switch DefinitionFormatter.format(edited, name: "x") {
        case .failure(let found):
          #expect(found.text.contains("write `key: value`"), "\(found.text)\n\(edited)")
        case .success(let form):
          formed += 1
          let after = SourceFile(name: "x", text: form)
          #expect(YAMLComposer.compose(after).root?.canonicalText == root.canonicalText, "\(edited)")
          #expect(DefinitionFormatter.comments(of: after) == DefinitionFormatter.comments(of: before), "\(edited)")
          let again = try? Self.form(form)
          #expect(again == form, "\(edited)")
        }
      }
    }
    #expect(formed > 200)
  }

  /// Blanks, line breaks, comments and quotes in places where they may do no harm.
  private static func edited(_ text: String, _ dice: inout Dice) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let width = dice.roll(3) + 1
    if dice.roll(2) == 0 {
      lines = lines.map { line in
        let blanks = line.prefix { $0 == " " }.count
        return String(repeating: " ", count: blanks * width) + line.dropFirst(blanks)
      }
    }
    for _ in 0..<dice.roll(6) {
      let place = dice.roll(lines.count)
      switch dice.roll(6) {
      case 0: lines.insert("", at: place)
      case 1: lines.insert(String(repeating: " ", count: dice.roll(9)) + "# a comment", at: place)
      case 2: lines[place] += "   "
      case 3: lines[place] += "  # trailing"
      case 4: lines[place] = lines[place].replacing(": ", with: ":    ", maxReplacements: 1)
      default: lines[place] = lines[place].replacing(", ", with: "  ,", maxReplacements: 2)
      }
    }
    return lines.joined(separator: dice.roll(4) == 0 ? "\r\n" : "\n")
  }

  private static func files() throws -> [String] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    let manager = FileManager.default
    var folders = [root.appending(path: "compositions"), tests.appending(path: "Good/the-example")]
    folders += try manager.contentsOfDirectory(at: tests.appending(path: "Faults"), includingPropertiesForKeys: nil)
    return try folders.sorted { $0.path < $1.path }.flatMap { folder in
      try manager.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.sorted().compactMap {
        try? String(contentsOf: folder.appending(path: $0), encoding: .utf8)
      }
    }
  }
}
