import JMESPath
import JSONText
import TestInputs
import Testing

/// Random programs over a document with a bit of everything: whatever they are, they end without a crash, and what
/// they yield is JSON.
@Suite struct FuzzTests {
  private static let words = [
    "a", "b", "list", "n", "s", "\"x y\"", "'text'", "'é😀'", "''", "`1`", "`-2.50`", "`1e400`", "`null`", "`[1,[2]]`",
    "`{\"k\":\"v\"}`", "@", "$", "$v", ".", ".", ".", "[", "]", "[]", "[*]", "[?", "[0]", "[-1]", "[::2]", "[::-1]",
    "*", "(", ")", "{a:", "{k: ", "}", ",", ":", "?", "|", "||", "&&", "&", "!", "==", "!=", "<", ">=", "+", "-", "*",
    "/", "//", "%", "×", "÷", "−", "let $v = ", " in ", "length(", "sort_by(", "map(&", "sum(", "join(',', ", "keys(",
    "to_string(", "split(", "replace(", "round(", "group_by(", "zip(", "items(", "pad_left(", "merge(", "reverse(",
    "find_first(", "like(", "matches(", "'(a|b?)+c*$'", "trim(", "contains(", "max(", "not_null(", "from_items(",
  ]

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func randomTokens(_ seed: UInt64) throws {
    var random = Dice(seed: seed)
    let given = try FuzzTests.document()
    let limits = Limits(maxSteps: 20_000, maxOutputBytes: 100_000, maxDigits: 200)
    var evaluated = 0
    for _ in 0..<4000 {
      let source = (0..<Int.random(in: 1...14, using: &random)).map { _ in
        FuzzTests.words.randomElement(using: &random)!
      }.joined()
      guard let expression = try? Expression.compile(source, limits: limits) else { continue }
      evaluated += 1
      _ = expression.references
      guard let value = try? expression.evaluate(given) else {
        #expect(!expression.isPlainPath, "\(source)")
        continue
      }
      let text = value.jsonText
      #expect((try? JSONText(string: text)) != nil, "\(source) gave \(text)")
    }
    #expect(evaluated > 50)
  }

  /// Expressions by the grammar, which compile nearly always.
  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func randomTrees(_ seed: UInt64) throws {
    var random = Dice(seed: seed)
    let given = try FuzzTests.document()
    let limits = Limits(maxSteps: 20_000, maxOutputBytes: 100_000, maxDigits: 200)
    var succeeded = 0
    for _ in 0..<1500 {
      let source = FuzzTests.tree(depth: 4, &random)
      let expression = try Expression.compile(source, limits: limits)
      guard let value = try? expression.evaluate(given) else { continue }
      succeeded += 1
      #expect((try? JSONText(string: value.jsonText)) != nil, "\(source)")
      // The same through an embedding text.
      let (embedded, end) = try Expression.compile(embeddedIn: Array("${\(source)}}".utf8), from: 2, limits: limits)
      #expect(end == source.utf8.count + 2)
      #expect(try embedded.evaluate(given).jsonText == value.jsonText)
    }
    #expect(succeeded > 300)
  }

  private static func document() throws -> JSONValue {
    let text = """
      {"a": {"b": [1, 2.50, {"n": 1e2}], "k": "v"}, "b": [], "list": [{"a": 1, "s": "x"}, {"a": 2, "s": "é"}, null, 3],
       "n": -1.5, "s": "some text", "x y": {"": [[1], [2, [3]]]}, "big": 123456789012345678901234567890}
      """
    return .slice(try JSONText(string: text).root)
  }

  private static func tree(depth: Int, _ random: inout Dice) -> String {
    func sub() -> String { tree(depth: depth - 1, &random) }
    if depth == 0 {
      return ["a", "list", "n", "s", "@", "$", "'t'", "`2`", "`[3, 1, 2]`", "big", "`0.1`"].randomElement(
        using: &random)!
    }
    switch Int.random(in: 0..<18, using: &random) {
    case 0: return "\(sub()) || \(sub())"
    case 1: return "(\(sub())).a"
    case 2: return "(\(sub()))[*].[\(sub())]"
    case 3: return "(\(sub()))[].s"
    case 4: return "{x: \(sub()), y: \(sub())}"
    case 5: return "\(sub()) == \(sub())"
    case 6: return "\(sub()) + (\(sub()))"
    case 7: return "(\(sub())) * (\(sub()))"
    case 8: return "\(sub()) ? \(sub()) : \(sub())"
    case 9: return "let $x = \(sub()) in [$x, \(sub())]"
    case 10: return "to_string(\(sub()))"
    case 11: return "(\(sub()))[?\(sub())]"
    case 12: return "\(sub()) | \(sub())"
    case 13: return "(\(sub()))[::-1]"
    case 14: return "not_null(\(sub()), \(sub()))"
    case 15: return "!(\(sub()))"
    case 16: return "length(to_string(\(sub())))"
    default: return "(\(sub())) // (\(sub())) % `7`"
    }
  }
}
