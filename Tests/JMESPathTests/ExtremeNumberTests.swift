import JMESPath
import JSONText
import Testing

/// Numbers at the ends of machine types, in the source and in documents.
@Suite struct ExtremeNumberTests {
  static let numbers = [
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "2147483647",
    "2147483648", "-2147483649", "9007199254740993", "-1", "1e400", "-1e400", "1e-400", "9.3e18",
    "1e9223372036854775808",
    "1e-9223372036854775808", "18446744073709551616",
  ]

  /// As bounds of slices, of a document's list and of one that was built.
  @Test(arguments: [
    ("[1::9223372036854775807]", "[2]"), ("[::9223372036854775807]", "[1]"), ("[2:0:-9223372036854775808]", "[3]"),
    ("[::-9223372036854775807]", "[3]"), ("[-9223372036854775808:9223372036854775807]", "[1,2,3]"),
    ("[9223372036854775807:-9223372036854775808:-1]", "[3,2,1]"),
    ("[1:9223372036854775807:4611686018427387904]", "[2]"),
    ("[2147483647]", "null"), ("[-2147483648]", "null"),
  ])
  func slices(_ source: String, _ result: String) throws {
    let document = JSONValue.slice(try JSONText(string: "[1,2,3]").root)
    #expect(try Expression.compile(source).evaluate(document).jsonText == result)
    #expect(try Expression.compile("[*] | \(source)").evaluate(document).jsonText == result)
    if result != "null" { _ = try Expression.compile(source).evaluate(.string("abc")) }
  }

  @Test(arguments: ["[9223372036854775808]", "[::9223372036854775808]", "[2147483648]", "[-9223372036854775809:]"])
  func indexesThatAreTooLarge(_ source: String) {
    #expect(throws: SyntaxError.self) { try Expression.compile(source) }
  }

  /// Each gives JSON, or says why not.
  @Test(arguments: [
    "@ + @", "@ - `1`", "@ * @", "@ / `3`", "@ // @", "@ // `-1`", "@ % `7`", "-@", "abs(@)", "ceil(@)", "floor(@)",
    "round(@)", "round(@, @)", "round(`1.5`, @)", "sum([@, @])", "avg([@, @, `1`])", "max([@, `1`])", "sort([@, `0`])",
    "pad_left('a', @)", "pad_right('a', @, '-')", "split('a-b', '-', @)", "replace('aa', 'a', 'b', @)",
    "find_first('abc', 'b', @)", "find_last('abc', 'b', @, @)", "to_number(to_string(@))", "@ == `1` || @ < `2`",
    "[`1`, `2`][@]",
  ])
  func functions(_ source: String) throws {
    let limits = Limits(maxOutputBytes: 100_000)
    guard let expression = try? Expression.compile(source, limits: limits) else { return }
    for number in Self.numbers {
      let given = try #require(JSONNumber(text: number))
      do throws(EvaluationError) {
        let text = try expression.evaluate(.number(given)).jsonText
        #expect((try? JSONText(string: text)) != nil, "\(source) of \(number) gave \(text)")
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }
}
