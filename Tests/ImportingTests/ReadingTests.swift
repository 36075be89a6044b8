import Testing

@testable import Importing

@Suite struct ReadingTests {
  @Test func jsonAndYAMLAreTheSame() throws {
    let json = #"{"a": [1, 1.50, true, null, "x"], "b": {"c": "2s"}}"#
    let yaml = "a: [1, 1.50, true, null, x]\nb:\n  c: 2s\n"
    #expect(try DocumentReader.read(json) == DocumentReader.read(yaml))
  }

  @Test(
    arguments: [
      ("{\n \"a\": }", "2:7"), ("{\"a\": 1", "1:8"), ("a: [", "2:1"), ("a: 1\na: 2\n", nil), ("", nil), ("  \n", nil),
      ("a: *b\n", "1:4"), (String(repeating: "[", count: 100), "1:65"),
      (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), "1:65"),
    ] as [(String, String?)])
  func faultsHaveTheirPlace(_ text: String, _ place: String?) {
    let error = #expect(throws: ImportError.self) { try DocumentReader.read(text) }
    if let place { #expect(error?.place == place) }
  }

  /// An alias of an alias of an alias.
  @Test func aliasesHaveABound() {
    var text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in 1...8 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(throws: ImportError.self) { try DocumentReader.read(text) }
  }

  @Test func nothingIsLeftUnsaid() throws {
    let marks = ReadMarks()
    let root = DocumentCursor(
      try DocumentReader.read(#"{"a": {"b": 1, "c/d": 2}, "e": [{"f": 1, "g": 2}], "$schema": "x", "h": {"i": {}}}"#),
      marks: marks)
    _ = root["a"]?["b"]
    for element in root["e"]?.elements ?? [] { _ = element["f"] }
    _ = root["h"]?.whole
    marks.remarkUnread(root.value) { $0 == "g" ? "say h" : nil }
    #expect(marks.remarks.map(\.place) == ["/a/c~1d", "/e/0/g"])
    #expect(marks.remarks.map(\.message) == ["`c/d` is not translated", "`g` is not translated: say h"])
  }

  @Test func nginxIsReadWithPlaces() throws {
    let text =
      "# c\nhttp {\n  server { listen 80; # x\n    return 200 'it''s' \"a\\\"b\"; if ($x ~ ${y}z) { set $a \"\"; } }\n}"
    #expect(throws: ImportError("`return` has no `;` at its end", at: "1:1")) { try NginxParser.parse("return 200") }
    let http = try NginxParser.parse(text)[0]
    let server = try #require(http.block?.first)
    #expect(server.place == "3:3" && server.path == "/0/0")
    let directives = try #require(server.block)
    #expect(directives.map(\.name) == ["listen", "return", "if"])
    #expect(directives[1].arguments == ["200", "it", "s", "a\"b"])
    #expect(directives[2].arguments == ["($x", "~", "${y}z)"])
    #expect(directives[2].block?.first?.arguments == ["$a", ""])
  }

  @Test(arguments: [
    ("server {", "1:9"), ("}", "1:1"), ("a;\n;", "2:1"), ("{ }", "1:1"), ("a 'b", "1:3"), ("server { a }", "1:10"),
    (String(repeating: "a { ", count: 20), "1:67"),
  ])
  func faultsOfNginxHaveTheirPlace(_ text: String, _ place: String) {
    let error = #expect(throws: ImportError.self) { try NginxParser.parse(text) }
    #expect(error?.place == place, "\(String(describing: error))")
  }

  @Test(arguments: [
    ("^/a/(.*)$", "/a/*rest"), ("^/users/(\\d+)$", "/users/:part1"), ("^/a/([^/]+)/b", "/a/:part1/b/*rest"),
    ("^/(.*)$", "/*rest"), ("^/v1\\.0/x$", "/v1.0/x"),
  ])
  func expressionsThatArePaths(_ text: String, _ path: String) { #expect(NginxPattern.regular(text)?.path == path) }

  @Test(arguments: ["\\.php$", "/a", "^/(a|b)/", "^/a.*b$", "^/(en|de)$", "^/x-(\\d+)$"])
  func expressionsThatAreNone(_ text: String) { #expect(NginxPattern.regular(text) == nil) }

  @Test(arguments: [
    ("$scheme://$host", "${client.scheme}://${client.host}"),
    ("$http_x_user-${arg_a}b", "${headers.\"x-user\"}-${query.a}b"),
    ("$1/$2", "${path.one}/${path.two}"), ("plain", "plain"),
  ])
  func variables(_ text: String, _ template: String) {
    #expect(NginxText.template(text, captures: ["one", "two"]) == template)
  }

  @Test(arguments: ["$upstream_addr", "$3", "${host", "$"])
  func variablesThatThereAreNot(_ text: String) { #expect(NginxText.template(text, captures: ["one", "two"]) == nil) }
}
