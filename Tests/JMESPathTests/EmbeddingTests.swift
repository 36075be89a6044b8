import JMESPath
import JSONText
import Testing

@Suite struct EmbeddingTests {
  @Test(arguments: [
    ("${a}", "a"),
    ("${ a }", " a "),
    ("${a} and ${b}", "a"),
    ("${{x: a}}", "{x: a}"),
    ("${{x: {y: a}}.x}}}", "{x: {y: a}}.x"),
    ("${'}'}", "'}'"),
    ("${\"}\"}", "\"}\""),
    ("${`{\"a\": \"}\"}`.a}", "`{\"a\": \"}\"}`.a"),
    ("${a[?b == '}'].{c: c}}!", "a[?b == '}'].{c: c}"),
    ("${a} ` ' \" # not looked at", "a"),
  ])
  func findsTheBrace(_ text: String, _ source: String) throws {
    let bytes = Array(text.utf8)
    let (expression, end) = try Expression.compile(embeddedIn: bytes, from: 2)
    #expect(expression.source == source)
    #expect(bytes[end] == UInt8(ascii: "}"))
    #expect(end == 2 + source.utf8.count)
  }

  @Test(arguments: [
    ("${a", 3, "the expression ends here, but an operator or '}' has to follow"),
    ("${}", 2, "unexpected '}'; expected an expression"),
    ("é ${a b}", 7, "unexpected b; expected an operator or '}'"),
    ("x${lenght(a)}", 3, "there is no function lenght()"),
  ])
  func errorsPointIntoTheText(_ text: String, _ offset: Int, _ message: String) {
    let bytes = Array(text.utf8)
    let start = bytes.firstIndex(of: UInt8(ascii: "{"))! + 1
    let error = #expect(throws: SyntaxError.self) { try Expression.compile(embeddedIn: bytes, from: start) }
    #expect(error?.offset == offset)
    #expect(error?.message == message)
  }

  @Test func lengthIsTheExpressions() throws {
    let text = Array((String(repeating: "x", count: 100) + "${a.b}" + String(repeating: "y", count: 100)).utf8)
    let limits = Limits(maxLength: 3)
    #expect(try Expression.compile(embeddedIn: text, from: 102, limits: limits).end == 105)
    let error = #expect(throws: SyntaxError.self) {
      try Expression.compile(embeddedIn: text, from: 102, limits: Limits(maxLength: 2))
    }
    #expect(error?.kind == .limit)
  }
}
