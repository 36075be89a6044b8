import Plans
import Testing

@testable import Definitions

@Suite struct CoreSchemaTests {
  private func resolved(_ text: String) -> CoreSchema? {
    YAMLComposer.compose(SourceFile(name: "a", text: text)).root.map { CoreSchema($0) }
  }

  @Test(arguments: [
    "on", "yes", "No", "y", "off", "1:30", "0777x", "1_000", "2020-01-01", ".", "+", "1e", "0x", "e5", "tRue",
    ".Nan1",
  ])
  func strings(_ text: String) {
    #expect(resolved(text) == .string(text))
  }

  @Test(arguments: [
    ("0", "0"), ("1.10", "1.10"), ("-0", "-0"), ("12345678901234567890", "12345678901234567890"), ("1e400", "1e400"),
    ("1E+2", "1E+2"), ("+1", "1"), (".5", "0.5"), ("5.", "5"), ("-.5e1", "-0.5e1"), ("007", "7"), ("-012", "-12"),
    ("0x1F", "31"), ("0o17", "15"), ("00", "0"), ("+0.10", "0.10"),
  ])
  func numbersKeepTheirText(_ text: String, _ expected: String) {
    #expect(resolved(text) == .number(expected))
    #expect(resolved("'\(text)'") == .string(text))
    #expect(resolved("!!str \(text)") == .string(text))
  }

  @Test func words() {
    for text in ["null", "Null", "NULL", "~"] { #expect(resolved(text) == .null) }
    for text in ["true", "True", "TRUE"] { #expect(resolved(text) == .bool(true)) }
    for text in ["false", "False", "FALSE"] { #expect(resolved(text) == .bool(false)) }
    for text in [".inf", "-.INF", "+.Inf", ".nan", ".NaN"] { #expect(resolved(text) == .special) }
    #expect(resolved("\"true\"") == .string("true"))
    #expect(resolved("\"\"") == .string(""))
    #expect(resolved("|\n  null\n") == .string("null\n"))
  }
}
