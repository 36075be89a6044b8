import Definitions
import Plans
import Testing

@testable import Gateway

/// Which policies have a part in the key of a kept answer.
@Suite struct PolicyKeyTests {
  private func digest(_ policies: String) throws -> Substring {
    let text = "routes:\n  GET /a: { cache: 1m, response: 1\(policies) }\n"
    let plan = try DefinitionLoader.load(files: [("f.yaml", text)]).get().plan
    let lines = try Explanation(plan, ExplainedRequest(method: "GET", target: "/a")).text.split(separator: "\n")
    return try #require(lines.first { $0.contains(" digest ") })
  }

  @Test func whatSaysNothingOfTheAnswerHasNone() throws {
    #expect(try digest(", cors: \"*\", secure: true, bodyLimit: 1KiB") == digest(""))
    #expect(try digest(", deny: [10.0.0.1]") == digest(", deny: [10.0.0.2], allow: [10.0.0.0/8]"))
  }

  /// A kept answer says whose caches may have it.
  @Test func whatAnAnswerSaysOfItsAudienceHas() throws {
    let plain = try digest("")
    let byAddress = try digest(", deny: [10.0.0.1]")
    let byHeader = try digest(", refuse: [{ when: \"${headers.a}\" }]")
    #expect(Set([plain, byAddress, byHeader]).count == 3)
    #expect(try digest(", refuse: [{ when: \"${headers.b}\" }]") != byHeader)
    #expect(try digest(", refuse: [{ when: \"${!headers.a}\" }]") == byHeader)
  }
}
