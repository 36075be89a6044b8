import Testing

@testable import Definitions

@Suite struct ScalarMapTests {
  /// The value of `a` in each of these texts holds one `#`, and the text itself one `#` where that stands.
  @Test(arguments: [
    "a: x#y", "a: \"x#y\"", "a: 'it''s #y'", "a: \"\\u00e9\\x41\\U0001F600\\n\\\"#\"", "a: é#", "{ a: 'x  #' }",
    "a: one\n  two\n  three#", "a: one\n\n\n  two#", "a: 'one\n\n  two ''#'", "a: \"one \\\n   two#\"",
    "a: \"one\n\n\n  two#\"",
    "a: \"one\\n\n  two#\"", "a: |\n  one\n  two#", "a: |\n\n  one\n\n   two#", "a: |-\n    one#",
    "a: >\n  one\n  two#",
    "a: >\n  one\n\n\n  two#", "a: >-\n  one\n    more\n    deep\n  two#", "a: >\n\n  one#", "b:\n  c: 1\na: &x x#",
    "a: !!str &y\n  'x#'", "a: &z |\n  x\n  y#",
    "? a\n: x#",
    "a: >+\n  one\n\n  two#\n\n",
  ])
  func findsThePlace(_ text: String) throws {
    let file = SourceFile(name: "a.yaml", text: text)
    let composed = YAMLComposer.compose(file)
    #expect(composed.diagnostics.isEmpty)
    let node = try #require(composed.root?["a"]?.value)
    let value = try #require(node.text)
    let utf8 = value.utf8.distance(from: value.startIndex, to: try #require(value.firstIndex(of: "#")))
    let place = ScalarMap.location(ofByte: utf8, in: node, file)
    let lines = file.lines
    let line = try #require(lines.firstIndex { $0.contains("#") })
    let column = try #require(lines[line].firstIndex(of: "#"))
    #expect(place.line == line + 1)
    #expect(place.column == column + 1)
  }
}
