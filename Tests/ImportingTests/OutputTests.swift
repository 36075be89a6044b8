import Testing
import Yams

@testable import Importing

@Suite struct OutputTests {
  /// Whatever a configuration says comes back from YAML as the same text.
  @Test(arguments: [
    "", " ", "a", "a b", " a", "a ", "yes", "null", "~", "1", "1.50", "0x1F", "-", "- a", "a: b", "a:", "a #b", "#a",
    "'", "\"",
    "a\"b", "a'b\"c\\", "[a]", "{a}", "a, b", "a\nb", "a\tb", "\u{7F}", "\u{2028}", "é", "日本", "*a", "&a",
    "!a", "%a", "@a", "`a`", "|", ">", "?", "? a", "2026-11-27", "a\r\nb", "${x || 'y'}", "${a}: ${b}", "…",
    "=", "<<", "true", "+1", "1_000", ".5", "5d", "12e3", "\u{85}",
  ])
  func textsComeBack(_ text: String) throws {
    for inFlow in [false, true] {
      let written = YAMLScalar.text(text, inFlow: inFlow)
      let document = inFlow ? "[\(written), 1]" : "k: \(written)"
      let node = try #require(try Yams.compose(yaml: document))
      let scalar = try #require(inFlow ? node.sequence?.first?.scalar : node.mapping?["k"]?.scalar)
      #expect(scalar.string == text, "\(document)")
      if scalar.style == .plain { #expect(node.mapping?["k"]?.int == nil && node.mapping?["k"]?.bool == nil) }
    }
  }

  @Test(arguments: [
    String(repeating: "word ", count: 60) + "end", String(repeating: "a", count: 200),
    "- " + String(repeating: "b ", count: 80) + "c",
    String(repeating: "x: y # ", count: 30) + "z", String(repeating: "two  spaces ", count: 20) + "z",
  ])
  func longTextsAreFoldedAndComeBack(_ text: String) throws {
    var mapping = YAMLMapping()
    mapping["k"] = .text(text)
    let written = YAMLWriter.text([mapping], remarks: [], comments: [[]])[0]
    #expect(try Yams.compose(yaml: written)?.mapping?["k"]?.string == text, "\(written)")
  }

  @Test(arguments: [
    ("2s", "2s"), ("1m30s", "90s"), ("1.5h", "90m"), ("300ms", "300ms"), ("10us", "1ms"), ("1m 30s", "90s"),
    ("2d", "2d"),
    ("0s", "0s"), ("3600s", "1h"),
  ])
  func durations(_ text: String, _ written: String) throws {
    #expect(DurationText.text(milliseconds: try #require(DurationText.milliseconds(text))) == written)
  }

  @Test(arguments: ["", "x", "1", "1x", "1.2.3s", "-1s", "99999999999h", "s"])
  func whatIsNoDuration(_ text: String) { #expect(DurationText.milliseconds(text) == nil) }

  @Test(
    arguments: [
      (10, 1000, "10/s"), (0.5, 1000, "1/2s"), (100, 60_000, "100/m"), (5, 600_000, "5/10m"), (0.1, 1000, "1/10s"),
      (1.5, 1000, "3/2s"), (7, 86_400_000, "7/24h"), (2, 3_600_000, "2/h"),
    ] as [(Double, Int, String)])
  func rates(_ number: Double, _ every: Int, _ written: String) {
    #expect(RateText.text(number, every: every) == written)
  }

  @Test(
    arguments: [(0, 1000), (-1, 1000), (1, 0), (0.123456, 1000), (.infinity, 1000), (.nan, 1000)] as [(Double, Int)])
  func whatIsNoRate(_ number: Double, _ every: Int) { #expect(RateText.text(number, every: every) == nil) }

  @Test func namesAreGivenOnce() {
    var names = DefinitionNames(reserved: true)
    #expect(
      ["items", "a-b", "a_b", "9", "", "ünder"].map { names.next(like: $0, or: "call") } == [
        "items2", "a_b", "a_b2", "call", "call2", "nder",
      ])
  }

  @Test func expressionsQuoteWhatIsNoName() {
    #expect(ExpressionText.path(["headers", "x-y", "a_1"]) == #"headers."x-y".a_1"#)
    #expect(ExpressionText.string(#"a'b\c"#) == #"'a\'b\\c'"#)
    #expect(ExpressionText.literal(.array([.string("a`b"), .number("1.50"), .null])) == #"`["a\`b",1.50,null]`"#)
  }
}
