import Front
import Messages
import TestServers
import Testing

@testable import Policies

@Suite struct SecureStageTests {
  private func events(keeping own: Set<String>) throws -> [String] {
    let work = ClosureEndpoint { exchange in
      let fields = ["Server", "x-powered-by", "REFERRER-POLICY", "X-Own"].map { HeaderField($0, "b") }
      exchange.answer(Answer(status: 200, headers: fields))
    }
    let sink = TestSink(Site([(entry("GET /a"), [SecureStage(keeping: own)], work)]))
    try sink.request("GET", "/a")
    return sink.events
  }

  @Test func answersAreCareful() throws {
    #expect(
      try events(keeping: []) == [
        "200 X-Own=b X-Content-Type-Options=nosniff Referrer-Policy=no-referrer "
          + "Cross-Origin-Resource-Policy=same-origin",
        "",
      ])
  }

  @Test func whatTheDefinitionSetsStays() throws {
    #expect(
      try events(keeping: ["referrer-policy", "server"])[0]
        == "200 Server=b REFERRER-POLICY=b X-Own=b X-Content-Type-Options=nosniff "
        + "Cross-Origin-Resource-Policy=same-origin")
  }
}
