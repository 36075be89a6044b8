import JSONText
import Limiting
import Messages
import NIOEmbedded
import Plans
import TestRedis
import TestServers
import Testing

@testable import Front
@testable import Policies

@Suite struct LimitStageTests {
  private let log = RecordedLog()
  private let figures = LimitFigures()
  private let counters = LocalCounters()

  /// Each list is a stage of its own.
  private func sink(_ stages: [LimitPlan]...) -> TestSink {
    let loop = EmbeddedEventLoop()
    let limiters = Limiters(loops: [loop], local: counters, figures: figures)
    let log = PolicyLog(log.logger)
    let made = stages.enumerated().map { index, limits in
      LimitStage(limits, isFirst: index == 0, limiters, log)
    }
    return TestSink(Site([(entry("GET /a"), made, say("work"))]), on: loop)
  }

  private func limit(
    _ name: String, _ rate: String, by: String? = nil, cost: String? = nil,
    _ change: (inout LimitPlan) -> Void = { _ in }
  ) throws -> LimitPlan {
    let template = rate.contains("${") ? try TextTemplate.compile(rate) : nil
    var plan = LimitPlan(name, try template.map { .computed($0) } ?? .fixed(LimitRate(rate)))
    plan.by = try by.map { try TextTemplate.compile($0) }
    plan.cost = try cost.map { try TextTemplate.compile($0) }
    for reference in [plan.by, plan.cost, template].compactMap({ $0?.references }).joined() {
      plan.reads.insert(reference.path)
    }
    change(&plan)
    return plan
  }

  @Test func aRefusalSaysWhoAndWhy() throws {
    let sink = sink([try limit("all", "1/1h")])
    try sink.request("GET", "/a")
    #expect(sink.events[0].hasPrefix("200 ") && sink.events[0].contains("RateLimit=\"all\";r=0;t=3600"))
    let refused = try sink.request("GET", "/a")
    #expect(sink.events[2].hasPrefix("429 ") && sink.events[2].contains("Retry-After=3600"))
    #expect(refused.record.refused == RequestRecord.Refusal(stage: "limit", why: "1/1h of all"))
    #expect(figures[.refused] == 1 && figures[.uncounted] == 0)
  }

  /// One answer tells of the limits of all places, the tightest first.
  @Test func placesAreToldOfTogether() throws {
    let sink = sink([try limit("early", "9/1h")], [try limit("late", "2/1h")])
    for left in [1, 0] {
      try sink.request("GET", "/a")
      #expect(sink.events[sink.events.count - 2].contains("RateLimit=\"late\";r=\(left);t=3600, \"early\";r="))
    }
    try sink.request("GET", "/a")
    let last = sink.events[sink.events.count - 2]
    #expect(last.hasPrefix("429 ") && last.contains("RateLimit=\"late\";r=0;t=3600, \"early\";r=6;t=3600"))
    #expect(last.contains("Retry-After=3600"))
  }

  /// The strictest of several says what is told.
  @Test func headersOfPlacesAreTheLeast() throws {
    let sink = sink([try limit("early", "9/1h")], [try limit("late", "2/1h") { $0.conduct.headers = .off }])
    try sink.request("GET", "/a")
    #expect(sink.events == ["200", "work"])
  }

  /// All stages with plans count together for a client, and another client beside it.
  @Test func clientsHaveTheirPlansOnce() throws {
    var limit = LimitPlan("", .fixed(try LimitRate("2/1h")))
    limit.conduct.headers = .off
    let plans = ClientPlans([ClientPlan("gold", [limit])])
    let limiters = Limiters(loops: [EmbeddedEventLoop()], local: counters, figures: figures)
    func request(_ subject: String?, _ plan: String?, _ plans: ClientPlans) throws -> RequestRecord {
      let identity = ClientIdentity(provider: "p", subject: subject, plan: plan)
      let stage = LimitStage([], plans: plans, isFirst: true, limiters, PolicyLog(log.logger))
      let sink = TestSink(Site([(entry("GET /a"), [Known(identity: identity), stage], say("work"))]))
      return try sink.request("GET", "/a").record
    }
    for isRefused in [false, false, true] {
      #expect(try (request("a", "gold", plans).refused != nil) == isRefused)
    }
    #expect(try request("b", "gold", plans).refused == nil)
    let none = try request("a", "golden", plans)
    #expect(none.refused == RequestRecord.Refusal(stage: "limit", why: "there is no plan golden"))
    #expect(try request("a", nil, plans).refused?.why == "the client has no plan")
    // One that all others have. An empty subject is none: it counts by the address.
    let open = ClientPlans([ClientPlan(ClientPlans.fallback, [limit])])
    for subject in [nil, "", "c", "c", "d"] { #expect(try request(subject, "golden", open).refused == nil) }
    for subject in [nil, "", "c"] { #expect(try request(subject, nil, open).refused != nil) }
  }

  /// Says who a client is.
  private struct Known: Stage {
    let name = "known"
    let identity: ClientIdentity

    func enter(_ exchange: Exchange) -> StageStep {
      exchange.identify(identity)
      return .pass
    }
  }

  @Test func whatHasNothingToCountByIsTold() throws {
    let sink = sink([try limit("free", "1/1h", by: "${query.k == 'x' ? `null` : query.k}")])
    for _ in 0..<3 { try sink.request("GET", "/a?k=x") }
    #expect(sink.events == ["200", "work", "200", "work", "200", "work"] && figures[.uncounted] == 3)
    #expect(log.lines(with: "limit").count == 1)
    let refused = try sink.request("GET", "/a")
    #expect(sink.events[6].hasPrefix("400") && refused.record.refused?.why?.contains("`query.k`") == true)
  }

  @Test func costsAreWholeAndBounded() throws {
    let sink = sink([try limit("cost", "10/1h", cost: "${to_number(query.c)}")])
    func left(_ cost: String) throws -> String? {
      try sink.request("GET", "/a?c=\(cost)")
      return sink.events[sink.events.count - 2].split(separator: ";").first { $0.hasPrefix("r=") }.map(String.init)
    }
    let lefts = try ["2", "1.5", "-4", "x", "1e30", "0"].map { try left($0) }
    #expect(lefts == ["r=8", "r=6", "r=6", "r=5", "r=5", "r=5"])
  }

  @Test func stepsAreBounded() throws {
    let loop = "let $l = split(headers.x, ',') in length($l[?length($l[?@ == 'z']) > `0`])"
    let sink = sink([try limit("steps", "10/1h", by: "${\(loop)}")])
    try sink.request("GET", "/a", ["X": "a"])
    #expect(sink.events[0].hasPrefix("200"))
    try sink.request("GET", "/a", ["X": String(repeating: "a,", count: 10_000)])
    #expect(sink.events[2].hasPrefix("400") && !sink.events[3].contains("split"))
  }
}
