import Firewall
import Front
import Logging
import NIOEmbedded
import Plans
import TestServers
import Testing

@testable import Policies

@Suite struct WAFStageTests {
  /// The stage has said that it waits before it goes on.
  @Test func withoutAThreadItIsToldLater() throws {
    let threads = InspectionThreads(name: "waf", count: 1, mostWaiting: 1, patience: .seconds(3600)) { _, _ in false }
    let plan = WAFPlan(try RuleSets.shared.set(RuleSettings([])))
    let stage = WAFStage(plan, hasBody: false, threads: threads, PolicyLog(Logger(label: "test")))
    let loop = EmbeddedEventLoop()
    let sink = TestSink(Site([(entry("GET /a"), [stage], say("work"))]), on: loop)
    try sink.request("GET", "/a")
    #expect(sink.events == [])
    loop.run()
    #expect(sink.events.first?.hasPrefix("503 Retry-After=1") == true)
  }
}
