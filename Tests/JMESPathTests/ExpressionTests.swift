import JMESPath
import JSONText
import Testing

@Suite struct ExpressionTests {
  private func document(_ text: String) throws -> JSONValue {
    .slice(try JSONText(string: text).root)
  }

  @Test func selectedValuesKeepTheirBytes() throws {
    let text =
      #"{"a": { "z": 1.10, "n": 12345678901234567890, "e": 1e400, "s": "\u0061\/", "o": { }, "l": [ ] }, "b":[1]}"#
    let given = try document(text)
    let a = #"{ "z": 1.10, "n": 12345678901234567890, "e": 1e400, "s": "\u0061\/", "o": { }, "l": [ ] }"#
    #expect(try Expression.compile("a").evaluate(given).jsonText == a)
    #expect(try Expression.compile("{x: a, y: b[0]}").evaluate(given).jsonText == #"{"x":\#(a),"y":1}"#)
    #expect(
      try Expression.compile("a.[z, n, e, s, o, l]").evaluate(given).jsonText
        == #"[1.10,12345678901234567890,1e400,"\u0061\/",{ },[ ]]"#)
    #expect(try Expression.compile("[a, b] | [0] || b").evaluate(given).jsonText == a)
  }

  @Test func builtAndReadValuesMix() throws {
    var scope = JSONObject()
    scope.append("path", ["userId": "42"])
    scope.append("orders", try document(#"{"items": [{"id": 1, "total": 1.50}, {"id": 2, "total": 2}]}"#))
    scope.append("user", .null)
    let root = JSONValue.object(scope)
    func evaluate(_ source: String) throws -> String {
      try Expression.compile(source).evaluate(root).jsonText
    }
    #expect(
      try evaluate("orders.items[].{id: id, total: total, user: $.path.userId}")
        == #"[{"id":1,"total":1.50,"user":"42"},{"id":2,"total":2,"user":"42"}]"#)
    #expect(try evaluate("sum(orders.items[].total)") == "3.5")
    #expect(try evaluate("user.name") == "null")
    #expect(try evaluate("user.name || path.userId") == #""42""#)
    #expect(try evaluate("path == `{\"userId\": \"42\"}`") == "true")
    #expect(try evaluate("length(unknown.items || `[]`)") == "0")
  }

  @Test func namesAreComparedByCodePoints() throws {
    let composed = "\u{E9}", decomposed = "e\u{301}"
    var object = JSONObject()
    object.append(composed, 1)
    object.append(decomposed, 2)
    #expect(try Expression.compile("\"\(composed)\"").evaluate(.object(object)).jsonText == "1")
    #expect(try Expression.compile("\"\(decomposed)\"").evaluate(.object(object)).jsonText == "2")
    let slice = try document("{\"\(composed)\":1,\"\(decomposed)\":2}")
    #expect(try Expression.compile("\"\(decomposed)\"").evaluate(slice).jsonText == "2")
    #expect(try Expression.compile("length(@)").evaluate(slice).jsonText == "2")
  }

  @Test func errorsSayWhere() throws {
    let expression = try Expression.compile("  abs(a) + b")
    let type = #expect(throws: EvaluationError.self) { try expression.evaluate(try document(#"{"a":"x","b":1}"#)) }
    #expect(type?.kind == .invalidType)
    #expect(type?.offset == 2)
    #expect(type?.message == "argument 1 of abs() has to be a number, and it is string")
    let operand = #expect(throws: EvaluationError.self) { try expression.evaluate(try document(#"{"a":1}"#)) }
    #expect(operand?.offset == 9)
    #expect(operand?.message == "+ needs numbers, and this is null")
  }

  /// What does not fit the first one is named with it: "one with string" alone would sound like what is allowed.
  @Test(arguments: [
    (
      "sort(@)", "[1,\"a\"]",
      "argument 1 of sort() has to be an array of numbers or of strings, and it is one with number and string"
    ),
    ("max(@)", "[true]", "argument 1 of max() has to be an array of numbers or of strings, and it is one with boolean"),
    (
      "min_by(@, &a)", "[{\"a\":\"x\"},{}]",
      "argument 2 of min_by() has to be an expression for numbers or for strings, and it is one for string and null"
    ),
  ])
  func mixedTypesAreNamed(_ source: String, _ input: String, _ message: String) throws {
    let error = #expect(throws: EvaluationError.self) { try Expression.compile(source).evaluate(try document(input)) }
    #expect(error?.message == message)
  }

  @Test func sameProgramOnManyThreads() async throws {
    let expression = try Expression.compile("let $x = a in list[?@ > $x] | sum(@)")
    let given = try document(#"{"a": 2, "list": [1, 2, 3, 4.5]}"#)
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<32 { group.addTask { try expression.evaluate(given).jsonText } }
      for try await text in group { #expect(text == "7.5") }
    }
  }
}
