import Plans
import Testing

@testable import Definitions

@Suite struct DiagnosticsTests {
  private func diagnostic(_ file: String, _ line: Int, _ column: Int, _ message: String, hint: String? = nil)
    -> Diagnostic
  {
    Diagnostic(at: SourceLocation(file: file, line: line, column: column), message, hint: hint)
  }

  @Test func areInTheOrderOfThePlaces() {
    let found = Diagnostics([
      diagnostic("b.yaml", 1, 1, "e"), diagnostic("a.yaml", 10, 2, "d"), diagnostic("a.yaml", 9, 7, "b"),
      diagnostic("a.yaml", 9, 7, "c"), diagnostic("a.yaml", 9, 3, "a"), diagnostic("a.yaml", 9, 7, "b"),
    ])
    #expect(found.all.map(\.message) == ["a", "b", "c", "d", "e"])
  }

  @Test func asJSON() {
    let found = Diagnostics([
      diagnostic("a.yaml", 3, 7, "unknown key `\"x\"`", hint: "did you mean `y`?"),
      diagnostic("b", 0, 0, "no such folder"),
    ])
    #expect(
      found.json == #"[{"file":"a.yaml","line":3,"column":7,"severity":"error","message":"unknown key `\"x\"`","#
        + #""hint":"did you mean `y`?"},{"file":"b","line":0,"column":0,"severity":"error","message":"no such folder","#
        + #""hint":null}]"#)
  }

  @Test func warningsAreErrorsToTheStrict() {
    let warning = Diagnostic(.warning, at: SourceLocation(file: "a.yaml", line: 1, column: 2), "hardly meant")
    let found = Diagnostics([warning])
    #expect(found.text == "a.yaml:1:2: warning: hardly meant\n")
    #expect(found.json.contains(#""severity":"warning""#))
    #expect(found.strict.text == "a.yaml:1:2: error: hardly meant\n")
  }

  @Test func aTabKeepsTheCaretRight() {
    #expect(Excerpt(line: "\tab: c", column: 3).text == "    \tab: c\n    \t ^")
    #expect(Excerpt(line: "ab", column: 9).text == "    ab\n      ^")
  }

  @Test func whatIsAtFaultIsUnderlined() {
    #expect(Excerpt(line: "a: bcd", column: 4, length: 3).text == "    a: bcd\n       ^~~")
    #expect(Excerpt(line: "a: bcd", column: 4, length: 9).text == "    a: bcd\n       ^~~")
    #expect(Excerpt(line: "a: bcd", column: 7, length: 2).text == "    a: bcd\n          ^")
    #expect(Excerpt(line: "a: bcd", column: 4, length: 0).text == "    a: bcd\n       ^")
  }

  @Test func aLongLineIsCutAroundTheCaret() {
    let line = String(repeating: "a", count: 200) + "X" + String(repeating: "b", count: 200)
    let lines = Excerpt(line: line, column: 201).text.split(separator: "\n").map { Array($0) }
    #expect(lines[0].count == 4 + 2 + Excerpt.width)
    #expect(lines[0][lines[1].count - 1] == "X")
  }

  @Test(arguments: [
    ("tiemout", "timeout"), ("usr", "user"), ("requierd", "required"), ("retries", "retry"), ("Url", "url"),
    ("xyz", nil),
    ("timeout", nil), ("a", nil),
  ])
  func suggestsWhatIsNear(_ word: String, _ expected: String?) {
    let known = ["user", "url", "timeout", "softTimeout", "required", "retry"].filter { $0 != word }
    #expect(Suggestion.nearest(to: word, among: known) == (word == "timeout" ? nil : expected))
  }
}
