import JMESPath
import Testing

@Suite struct SyntaxErrorTests {
  @Test func namesAllFunctionsWhereNoneIsNear() {
    let error = #expect(throws: SyntaxError.self) { try Expression.compile("frobnicate(a)") }
    #expect(error?.message == "there is no function frobnicate()")
    #expect(error?.hint?.hasPrefix("the functions are abs, avg, ceil, ") == true)
  }

  @Test(
    arguments: [
      ("lenght(a)", 0, "there is no function lenght()", "did you mean length()?"),
      ("a.sortby(@, &b)", 2, "there is no function sortby()", "did you mean sort_by()?"),
      ("toString(a)", 0, "there is no function toString()", "did you mean to_string()?"),
      ("len(a)", 0, "there is no function len()", "did you mean length()?"),
      ("join(a)", 0, "join() takes 2 arguments, not 1", nil),
      ("round()", 0, "round() takes 1 to 2 arguments, not 0", nil),
      ("not_null()", 0, "not_null() takes at least 1 argument, not 0", nil),
      ("sort_by(a, b)", 11, "argument 2 of sort_by() has to be an expression", "put & before it"),
      ("length(&a)", 7, "argument 1 of length() can't be an expression", "leave the & out"),
      ("a + 1", 4, "unexpected 1; expected an expression", "a number is written between backticks: `1`"),
      ("a = b", 2, "unexpected '='; expected an operator or the end", "to compare write =="),
      ("a & b", 2, "unexpected '&'; expected an operator or the end", "for a logical and write &&"),
      ("a and b", 2, "unexpected and; expected an operator or the end", "for a logical and write &&"),
      ("a or b", 2, "unexpected or; expected an operator or the end", "for a logical or write ||"),
      ("not a", 4, "unexpected a; expected an operator or the end", nil),
      ("a ? b", 5, "the expression ends here, but ':' of the condition has to follow", nil),
      ("'abc", 0, "no closing ' for this one", nil),
      ("`foo`", 0, "the text between the backticks is not JSON", "for a string write 'foo'"),
      ("`{`", 0, "the text between the backticks is not JSON", nil),
      (
        "a[b]", 2, "unexpected b; expected an index, a slice or '*'",
        "a member is .name, a filter is [?condition], a list of values is .[a, b]"
      ),
      ("a #", 2, "unexpected character '#'", nil),
      ("größe", 2, "unexpected character 'ö'", "put names with letters beyond a-z into double quotes"),
      ("\"size\"(a)", 0, "a function's name can't be quoted", "leave the quotes out"),
      (
        "matches(a, b)", 11, "argument 2 of matches() has to be a literal text",
        "write the pattern out, between single quotes"
      ),
      (
        "matches(a, 'b[')", 11,
        "the pattern is wrong behind its first 2 bytes: missing terminating ] for character class", nil
      ),
      (
        "matches(a, '\\C')", 11,
        "the pattern is wrong behind its first 2 bytes: using \\C is disabled by the application",
        nil
      ),
      ("$x", 0, "there is no variable $x here", "members of the root are $.x"),
      ("let $name = a in $nmae", 17, "there is no variable $nmae here", "did you mean $name?"),
      ("a[::0]", 4, "the step of a slice can't be 0", nil),
      ("", 0, "the expression ends here, but an expression has to follow", nil),
      ("a.", 2, "the expression ends here, but a name, '*', '{' or '[' after '.' has to follow", nil),
      (
        "\"\\x\"", 1, "the quoted name is not a valid JSON string",
        "double quotes are for names with JSON's escapes; text goes into single quotes"
      ),
    ] as [(String, Int, String, String?)])
  func messages(_ source: String, _ offset: Int, _ message: String, _ hint: String?) {
    let error = #expect(throws: SyntaxError.self) { try Expression.compile(source) }
    #expect(error?.offset == offset, "\(source)")
    #expect(error?.message == message)
    #expect(error?.hint == hint)
  }

  @Test func caret() {
    let source = "grüße\n\t\"é\" + lenght(a)\nmore"
    let error = #expect(throws: SyntaxError.self) { try Expression.compile(String(source.dropFirst(6))) }
    var shifted = error
    shifted?.offset += Array("grüße\n".utf8).count
    #expect(
      shifted?.caret(in: source) == """
        \t"é" + lenght(a)
        \t      ^ there is no function lenght()
        \t        did you mean length()?
        """)
  }

  @Test func columnsAreCharacters() throws {
    let error = #expect(throws: SyntaxError.self) { try Expression.compile("'grüße' + 1") }
    #expect(error?.offset == 12)
    #expect(error?.column(in: "'grüße' + 1") == 11)
    let failing = #expect(throws: EvaluationError.self) { try Expression.compile("'ü' &&\n -'ü'").evaluate(.null) }
    #expect(failing?.column(in: "'ü' &&\n -'ü'") == 2)
    #expect(failing?.caret(in: "'ü' &&\n -'ü'") == " -'ü'\n ^ - needs numbers, and this is string")
  }

  @Test func caretAtTheEnd() {
    let error = #expect(throws: SyntaxError.self) { try Expression.compile("a +") }
    #expect(error?.caret(in: "a +") == "a +\n   ^ the expression ends here, but an expression has to follow")
  }

  /// What is quoted of the source can't break a message over lines.
  @Test(arguments: ["path\n\n(a", "\u{2028}", "a\u{85}b(", "'\n", "fn\r\n(a)", "`\n\n(th.e`", "$x! ${path\n}"])
  func messagesAreOfOneLine(source: String) throws {
    let error = try #require(throws: SyntaxError.self) { try Expression.compile(source) }
    let text = error.message + (error.hint ?? "")
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && ![0x7F, 0x85, 0x2028, 0x2029].contains($0.value) })
  }
}
