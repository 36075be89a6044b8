import JMESPath
import JSONText
import Testing

/// Whatever the expression and the document: it ends, and says which limit it hit.
@Suite struct LimitTests {
  private func failure(
    _ source: String, _ given: JSONValue = .null, _ limits: Limits = .init()
  ) throws -> EvaluationError.Kind? {
    do {
      _ = try Expression.compile(source, limits: limits).evaluate(given)
      return nil
    } catch let error as EvaluationError {
      return error.kind
    }
  }

  private func syntaxFailure(_ source: String, _ limits: Limits = .init()) -> SyntaxError.Kind? {
    do throws(SyntaxError) {
      _ = try Expression.compile(source, limits: limits)
      return nil
    } catch {
      return error.kind
    }
  }

  @Test func length() {
    #expect(syntaxFailure("aaaa", Limits(maxLength: 4)) == nil)
    #expect(syntaxFailure("aaaaa", Limits(maxLength: 4)) == .limit)
  }

  @Test(arguments: ["(", "!", "-", "[", "{a:", "a?", "length(", "let $a = ", "a[*].[", "a[?", "b:c?", "&", "a.["])
  func nestingInTheSource(_ opening: String) {
    let source = String(repeating: opening, count: 100_000)
    #expect(syntaxFailure(source, Limits(maxLength: 1 << 20)) != nil)
  }

  @Test(arguments: [".a", " || a", " + a", " | a", "[*]", "[]", "[0]", ".*", "[?a]", "[:1]", " == a", ".{a: a}"])
  func chains(_ link: String) throws {
    let limits = Limits(maxLength: 1 << 20, maxNesting: 60)
    let fits = "a" + String(repeating: link, count: 28)
    #expect(syntaxFailure(fits, limits) == nil)
    let tooLong = "a" + String(repeating: link, count: 10_000)
    #expect(syntaxFailure(tooLong, limits) == .limit)
  }

  @Test func steps() throws {
    let numbers = JSONValue.array((0..<1000).map { JSONValue(integerLiteral: $0) })
    #expect(try failure("[*].[@, $[*].[@, $[*]]]", numbers, Limits(maxSteps: 100_000)) == .stepLimit)
    #expect(try failure("[*]", numbers, Limits(maxSteps: 500)) == .stepLimit)
    #expect(try failure("[*]", numbers, Limits(maxSteps: 3000)) == nil)
    #expect(try failure("map(&sort($), [*].[$, $, $][])", numbers, Limits(maxSteps: 100_000)) == .stepLimit)
  }

  /// Each key was once added to a copy of all before it: a megabyte of numbers took a minute.
  @Test(.timeLimit(.minutes(2))) func manyKeys() throws {
    let numbers = JSONValue.array((0..<200_000).map { JSONValue(integerLiteral: $0) })
    #expect(try failure("min(@)", numbers) == nil)
  }

  /// A thousand digits cost some eighty times what ten do.
  @Test(arguments: ["*", "+", "//", "%"])
  func arithmeticCountsByDigits(_ sign: String) throws {
    let source = "length([*].[@ \(sign) `7`])"
    let small = JSONValue.array(Array(repeating: 1234, count: 1000))
    let number = try #require(JSONNumber(text: String(repeating: "9", count: 900)))
    let large = JSONValue.array(Array(repeating: .number(number), count: 1000))
    #expect(try failure(source, small, Limits(maxSteps: 10_000)) == nil)
    #expect(try failure(source, large, Limits(maxSteps: 150_000)) == .stepLimit)
    #expect(try failure(source, large, Limits(maxSteps: 12_000_000)) == nil)
    #expect(try failure("sum(@)", large, Limits(maxSteps: 150_000)) == .stepLimit)
    #expect(try failure("[*].round(@, `2`)", large, Limits(maxSteps: 150_000)) == .stepLimit)
  }

  /// Steps stand for time: what was found to take long for its steps counts as many.
  @Test(arguments: [
    ("sum(large)", 100_000), ("group_by(objects, &b)", 30_000), ("objects[*].items(@)", 30_000),
    ("objects[*].keys(@)", 30_000), ("texts[*].find_last(@, '7')", 15_000), ("reverse(text)", 19_000),
    ("replace(text, 'a', 'b')", 19_000), ("split(text, 'b')", 19_000), ("sort(texts)", 20_000),
  ])
  func whatTakesLongCountsAsMany(_ source: String, _ steps: Int) throws {
    let objects = (0..<1000).map { #"{"a":\#($0),"b":"x\#($0)"}"# }.joined(separator: ",")
    let texts = (0..<1000).map { #""key\#($0)""# }.joined(separator: ",")
    let large = (0..<1000).map { String(repeating: "9", count: 40) + "\($0)" }.joined(separator: ",")
    let text = String(repeating: "ab", count: 5000)
    let given = try JSONText(
      string: #"{"objects":[\#(objects)],"texts":[\#(texts)],"large":[\#(large)],"text":"\#(text)"}"#)
    #expect(try failure(source, .slice(given.root), Limits(maxSteps: steps)) == .stepLimit)
    #expect(try failure(source, .slice(given.root)) == nil)
  }

  @Test func severalEvaluationsShareABudget() throws {
    let expression = try Expression.compile("[*].[@]")
    let numbers = JSONValue.array((0..<100).map { JSONValue(integerLiteral: $0) })
    let budget = StepBudget(1000)
    _ = try expression.evaluate(numbers, budget: budget)
    let taken = 1000 - budget.left
    #expect((100..<500).contains(taken) && !budget.isExhausted)
    for _ in 1..<(1000 / taken) { _ = try expression.evaluate(numbers, budget: budget) }
    #expect(throws: EvaluationError.self) { try expression.evaluate(numbers, budget: budget) }
    #expect(budget.isExhausted && budget.left == 0)
    #expect(throws: EvaluationError.self) { try expression.evaluate(numbers, budget: budget) }
  }

  /// What a pattern makes of a text that is there to hurt counts, whatever it is that takes the time.
  @Test(arguments: [
    "matches(text, '^(a+)+$')", "matches(text, '(a*)*[ce]')", "matches(text, '(?:a|a)*$')", "matches(text, 'a*+[bc]')",
    "matches(text, '(a*)\\1[ce]')", "like(text, '*a*aaaaaaaaaaaaaaaaac')",
  ])
  func patternsCount(_ source: String) throws {
    let text = String(repeating: "a", count: 4000) + "d"
    let given = JSONValue.object(JSONObject([.init(name: "text", value: .string(text))]))
    #expect(try failure(source, given, Limits(maxSteps: 5_000)) == .stepLimit)
  }

  @Test func textsOfPatternsAreBounded() throws {
    func given(_ bytes: Int) -> JSONValue { .string(String(repeating: "a", count: bytes)) }
    #expect(try failure("matches(@, 'b')", given(65_536)) == nil)
    #expect(try failure("matches(@, 'b')", given(65_537)) == .stepLimit)
    #expect(try failure("like(@, 'b*')", given(65_537)) == nil)
  }

  /// Each way that is held open takes memory.
  @Test func depthOfPatternsIsBounded() throws {
    #expect(try failure("matches(@, '^(a|b)*$')", .string(String(repeating: "ab", count: 1000))) == nil)
    #expect(try failure("matches(@, '^(a|b)*$')", .string(String(repeating: "ab", count: 30_000))) == .stepLimit)
  }

  /// A name is decoded and hashed, which takes longer than a step.
  @Test func namesCount() throws {
    let members = (0..<1000).map { JSONObject.Member(name: "name\($0)", value: 1) }
    let given = JSONValue.object(JSONObject(members))
    #expect(try failure("merge(@, @)", given, Limits(maxSteps: 40_000)) == .stepLimit)
    #expect(try failure("merge(@, @)", given, Limits(maxSteps: 80_000)) == nil)
  }

  @Test(arguments: [
    "list[*].contains($.text, 'x')", "list[*].length($.text)", "list[*].find_first($.text, 'x')",
    "list[*].starts_with($.text, $.text)", "list[*].trim($.text)", "list[?$.text == $.other]",
    "list[*].to_number($.text)", "list[*].upper($.text)", "list[*].find_last($.text, 'x')",
  ])
  func workPerByteCounts(_ source: String) throws {
    let text = String(repeating: "ab", count: 5000)
    let given = try JSONText(
      string: """
        {"text": "\(text)", "other": "\(text)", "list": [\(String(repeating: "true,", count: 99))true]}
        """)
    #expect(try failure(source, .slice(given.root), Limits(maxSteps: 5_000)) == .stepLimit)
    #expect(try failure(source, .slice(given.root)) == nil)
  }

  @Test func bytesThatAreMadeAddUp() throws {
    let given = JSONValue.object(
      JSONObject([
        .init(name: "text", value: .string(String(repeating: "ab", count: 500))),
        .init(name: "list", value: .array(Array(repeating: .bool(true), count: 100))),
      ]))
    let limits = Limits(maxOutputBytes: 50_000)
    for source in ["$.text[::-1]", "reverse($.text)", "upper($.text)", "replace($.text, 'a', 'c')", "[$.text]"] {
      #expect(try failure("list[*].[\(source)]", given, limits) == .outputLimit, "\(source)")
    }
  }

  @Test func lookupsInLargeObjectsCount() throws {
    let members = (0..<10_000).map { JSONObject.Member(name: "name\($0)", value: .null) }
    let object = JSONValue.object(
      JSONObject([
        .init(name: "large", value: .object(JSONObject(members))),
        .init(name: "list", value: .array(Array(repeating: .bool(true), count: 1000))),
      ]))
    let limits = Limits(maxSteps: 100_000)
    #expect(try failure("list[*].[$.large.missing]", object, limits) == .stepLimit)
    let text = try JSONText(string: object.jsonText)
    #expect(try failure("list[*].[$.large.missing]", .slice(text.root), limits) == .stepLimit)
  }

  @Test func output() throws {
    let doubling = "'x'" + String(repeating: " | [@, @]", count: 200)
    #expect(try failure(doubling) == .outputLimit)
    #expect(try failure("(" + doubling + ") | to_string(@)") == .outputLimit)
    #expect(try failure("(\(doubling)) == (\(doubling))") == .stepLimit)
    let growing = "'aa'" + String(repeating: " | replace(@, 'a', 'aaaa')", count: 100)
    #expect(try failure(growing, .null, Limits(maxSteps: 100_000_000)) == .outputLimit)
    let joining = "'aa'" + String(repeating: " | join(@, [@, @, @])", count: 100)
    #expect(try failure(joining) == .outputLimit)
    #expect(try failure("pad_left('', `100`)", .null, Limits(maxOutputBytes: 99)) == .outputLimit)
    #expect(try failure("pad_left('', `100`)", .null, Limits(maxOutputBytes: 102)) == nil)
    #expect(try failure("@", "0123456789", Limits(maxOutputBytes: 11)) == .outputLimit)
    #expect(try failure("@", "0123456789", Limits(maxOutputBytes: 12)) == nil)
  }

  @Test func digits() throws {
    let limits = Limits(maxDigits: 50)
    let squaring = "`9`" + String(repeating: " | @ * @", count: 60)
    #expect(try failure(squaring, .null, limits) == .digitLimit)
    #expect(try failure(squaring) == .digitLimit)
    let long = "`\(String(repeating: "7", count: 60))`"
    #expect(try failure("\(long) + `1`", .null, limits) == .digitLimit)
    #expect(try failure("\(long) * `1`", .null, limits) == .digitLimit)
    #expect(try failure("round(\(long), `0`)", .null, limits) == .digitLimit)
    #expect(try failure("\(long) == `1`", .null, limits) == nil)
    #expect(try failure("\(long)", .null, limits) == nil)
    #expect(try failure("`1e-40` + `1e20`", .null, limits) == .digitLimit)
    #expect(try failure("`1e-20` + `1e20`", .null, limits) == nil)
  }

  @Test func veryLongNumbers() throws {
    let digits = String(repeating: "7", count: 200_000)
    let document = JSONValue.slice(try JSONText(string: "{\"n\": \(digits), \"m\": \(digits)1}").root)
    #expect(try failure("n + m", document) == .digitLimit)
    #expect(try failure("n - `1`", document) == .digitLimit)
    #expect(try Expression.compile("n < m").evaluate(document).bool == true)
    #expect(try Expression.compile("n == n").evaluate(document).bool == true)
    #expect(try failure("abs(n)", document) == nil)
  }
}
