import Testing

@testable import Scripts

/// Which requests a script answers, and how often.
@Suite struct ScriptTests {
  @Test(
    arguments: [
      ("", "", true), ("", "a", false), ("a", "a", true), ("a", "ab", false), ("*", "", true),
      ("*", "any/thing?x", true),
      ("a*", "a", true), ("a*", "ba", false), ("*a", "ba", true), ("*a", "ab", false), ("a*a", "a", false),
      ("a*a", "aa", true), ("*private*", "max-age=1, private", true), ("*private*", "public", false),
      ("a*b*c", "a-b-b-c", true), ("a*b*c", "acb", false), ("**", "x", true), ("ä*", "äö", true),
    ] as [(String, String, Bool)])
  func aStarStandsForAnything(_ form: String, _ text: String, _ isRight: Bool) {
    #expect(Wildcard(form).matches(text) == isRight)
  }

  @Test(
    arguments: [
      ("*", "GET", "/a?b", true), ("GET /a", "GET", "/a", true), ("GET /a", "POST", "/a", false),
      ("GET /a", "GET", "/a?b=1", true), ("GET /a?b=1", "GET", "/a?b=1", true), ("GET /a?b=1", "GET", "/a", false),
      ("GET /a?b=*", "GET", "/a?b=7", true), ("* /a/*", "DELETE", "/a/b/c", true), ("* /a/*", "GET", "/b", false),
      ("GET /a?", "GET", "/a", true), ("GET /a?", "GET", "/a?b", false), ("POST *", "POST", "/x", true),
    ] as [(String, String, String, Bool)])
  func aPatternIsOfMethodPathAndPerhapsQuery(_ text: String, _ method: String, _ target: String, _ isRight: Bool) throws
  {
    let pattern = try #require(RequestPattern(text))
    #expect(pattern.matches(method, target) == isRight)
  }

  @Test(arguments: ["", "GET", "/a", "get /a", "GET a", "GET /a /b", "* a"])
  func whatIsNoPattern(_ text: String) { #expect(RequestPattern(text) == nil) }

  private static func reply(_ status: Int, times: Int? = nil) -> ScriptedReply {
    ScriptedReply(times: times, .response(status: status, headers: [], body: []))
  }

  private static func rule(_ text: String, _ replies: ScriptedReply...) throws -> ScriptRule {
    ScriptRule(try #require(RequestPattern(text)), replies)
  }

  private static func statuses(_ course: inout ScriptCourse, _ count: Int, _ target: String = "/a") -> [Int] {
    (0..<count).map { _ in
      guard case .response(let status, _, _)? = course.reply(of: "b", to: "GET", target)?.effect else { return 0 }
      return status
    }
  }

  @Test func theFirstThatIsNotUsedUpAnswers() throws {
    var course = ScriptCourse([
      BackendScript("b", [try Self.rule("GET /a", Self.reply(201, times: 2)), try Self.rule("*", Self.reply(202))])
    ])
    #expect(Self.statuses(&course, 4) == [201, 201, 202, 202])
    #expect(course.reply(of: "c", to: "GET", "/a") == nil)
  }

  @Test func aSequenceGoesOnWithItsLast() throws {
    var course = ScriptCourse([
      BackendScript("b", [try Self.rule("*", Self.reply(201), Self.reply(202, times: 2), Self.reply(203))])
    ])
    #expect(Self.statuses(&course, 6) == [201, 202, 202, 203, 203, 203])
  }

  @Test func aSequenceWhoseLastIsCountedEnds() throws {
    var course = ScriptCourse([BackendScript("b", [try Self.rule("*", Self.reply(201), Self.reply(202, times: 1))])])
    #expect(Self.statuses(&course, 3) == [201, 202, 0])
  }

  @Test func whatIsAddedComesFirst() throws {
    var course = ScriptCourse([BackendScript("b", [try Self.rule("*", Self.reply(201))])])
    #expect(Self.statuses(&course, 1) == [201])
    course.add([BackendScript("b", [try Self.rule("GET /a", Self.reply(503, times: 1))])])
    #expect(Self.statuses(&course, 2) == [503, 201])
    #expect(Self.statuses(&course, 1, "/other") == [201])
  }
}
