import JSONText
import Messages
import Testing

@testable import Plans

@Suite struct HeaderTemplateTests {
  private func render(_ text: String, _ json: String) throws -> HeaderField? {
    try HeaderTemplate(name: "X-A", value: TextTemplate.compile(text)).render(scope(json))
  }

  @Test func rendersOrLeavesOut() throws {
    #expect(try render("a ${v}", #"{"v":1}"#) == HeaderField("X-A", "a 1"))
    #expect(try render("fixed", "{}") == HeaderField("X-A", "fixed"))
    #expect(try render("${v}", #"{"v":""}"#) == HeaderField("X-A", ""))
    #expect(try render("${v}", "{}") == nil)
    #expect(try render("${`null`}", "{}") == nil)
  }

  @Test(arguments: [#"a\r\nX-B: 1"#, #"a\nb"#, #"a\u0000b"#, #"\r"#, #"a\u000bb"#, #"\u007f"#, #"a\u001f"#])
  func noValueAddsALine(_ value: String) {
    let error = #expect(throws: RenderFailure.self) { try render("v=${v}", "{\"v\":\"\(value)\"}") }
    #expect(error?.reason == .forbiddenCharacter)
    #expect(error?.reads == [["v"]])
  }
}
