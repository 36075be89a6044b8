import Testing

@testable import Plans

@Suite struct RequestLineTests {
  @Test(arguments: [
    ("", 0), ("get users /", 0), ("FETCH users /", 0), ("GET", 3), ("GET users", 9), ("GET /users", 4),
    ("GET users users", 10), ("GET ${x} /a", 4), ("  CONNECT a /", 2),
  ])
  func faultsAreAtTheirWord(_ text: String, _ offset: Int) {
    let error = #expect(throws: TemplateError.self) { try RequestLine(text) }
    #expect(error?.offset == offset)
  }

  @Test(arguments: [
    ("GET b /a b", 8), ("GET b /a#b", 8), ("GET b /a/./b", 9), ("GET b /a?${x}=1", 9), ("GET b /a/..", 9),
    ("GET b /a\u{1}", 8), ("GET b /a/${x", 12),
  ])
  func faultsOfATargetAreAtTheirPlace(_ text: String, _ offset: Int) {
    let error = #expect(throws: TemplateError.self) { try RequestTemplate.compile(RequestLine(text), backend: 0) }
    #expect(error?.offset == offset)
  }

  @Test func constantTargets() throws {
    #expect(try RequestTemplate.constantTarget("/é/?c=d e".replacing(" ", with: "%20")) == "/%C3%A9/?c=d%20e")
    #expect(throws: TemplateError.self) { try RequestTemplate.constantTarget("/a/../b") }
    #expect(throws: TemplateError.self) { try RequestTemplate.constantTarget("health") }
  }
}
