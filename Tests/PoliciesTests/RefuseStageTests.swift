import Messages
import Plans
import TestServers
import Testing

@testable import Front
@testable import Policies

@Suite struct RefuseStageTests {
  private func sink(_ rules: [(when: String, status: Int, detail: String?)]) throws -> TestSink {
    var reads = RequestReads()
    let rules = try rules.map { rule in
      let when = try TextTemplate.compile(rule.when)
      for reference in when.references { reads.insert(reference.path) }
      var made = RefusalPlan.Rule(when: when)
      (made.status, made.detail) = (rule.status, rule.detail)
      return made
    }
    var plan = RefusalPlan(rules)
    plan.reads = reads
    return TestSink(Site([(entry("GET /a"), [RefuseStage(plan)], say("work"))]))
  }

  @Test func theFirstThatIsTrueAnswers() throws {
    let sink = try sink([("${query.a}", 404, "no a"), ("${query.b}", 400, nil), ("${query.a}", 410, "never")])
    for query in ["", "?a=&b=", "?c=1"] { try sink.request("GET", "/a\(query)") }
    #expect(sink.events == ["200", "work", "200", "work", "200", "work"])
    let first = try sink.request("GET", "/a?b=1&a=1")
    #expect(sink.events[7].contains(#""status":404,"detail":"no a""#))
    #expect(first.record.refused == RequestRecord.Refusal(stage: "refuse", why: "no a"))
    let second = try sink.request("GET", "/a?b=1")
    #expect(sink.events[9] == #"{"title":"Bad Request","status":400}"#)
    #expect(second.record.refused?.why == "${query.b}")
  }

  /// Else whoever makes it fail would get past it.
  @Test func aRuleThatFailsRefuses() throws {
    let sink = try sink([("${!starts_with(headers.\"x-key\", 'a')}", 403, "no key")])
    try sink.request("GET", "/a", ["X-Key": "abc"])
    #expect(sink.events == ["200", "work"])
    let exchange = try sink.request("GET", "/a")
    #expect(sink.events[3].contains(#""detail":"no key""#))
    #expect(exchange.record.refused?.why?.contains("failed: ") == true)
  }

  /// All policies of a request share its steps: two that would pass alone take no more than one may.
  @Test func stepsAreSharedByPolicies() throws {
    let loop = "let $l = split(headers.x, ',') in length($l[?length($l[?@ == 'z']) > `0`])"
    let when = try TextTemplate.compile("${(\(loop)) > `0`}")
    var plan = RefusalPlan([RefusalPlan.Rule(when: when)])
    for reference in when.references { plan.reads.insert(reference.path) }
    func answers(_ stages: Int) throws -> Bool {
      let sink = TestSink(Site([(entry("GET /a"), (0..<stages).map { _ in RefuseStage(plan) }, say("work"))]))
      try sink.request("GET", "/a", ["X": String(repeating: "a,", count: 100)])
      return sink.events == ["200", "work"]
    }
    #expect(try answers(1))
    #expect(try !answers(4))
  }

  @Test func stepsAreBounded() throws {
    // As many looks as the square of the list's length.
    let loop = "let $l = split(headers.x, ',') in length($l[?length($l[?@ == 'z']) > `0`])"
    let sink = try sink([("${(\(loop)) < `0`}", 403, "too much")])
    try sink.request("GET", "/a", ["X": "a"])
    #expect(sink.events == ["200", "work"])
    try sink.request("GET", "/a", ["X": String(repeating: "a,", count: 10_000)])
    #expect(sink.events.count == 4 && sink.events[3].contains("too much"))
  }
}
