import Front
import Logging
import Messages
import Plans
import TestServers
import Testing

@testable import Front
@testable import Identity
@testable import Policies

@Suite struct AuthStageTests {
  /// Answers when it is told to. *Confined to* the test's thread: `@unchecked Sendable`.
  private final class LateProvider: IdentityProvider, @unchecked Sendable {
    let plan: ProviderPlan
    let challenge: Challenge? = nil
    var later: [@Sendable (Verdict) -> Void] = []

    init(_ name: String, _ kind: ProviderPlan.Kind = .certificate(CertificatePlan())) {
      plan = ProviderPlan(name, kind)
    }

    func credential(of request: IncomingRequest) -> Credential {
      request.headers.first(name: plan.name).map { .present($0) } ?? .absent
    }

    func verify(
      _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
    ) -> Verdict? {
      self.later.append(later)
      return nil
    }
  }

  private func sink(_ plan: AuthPlan, _ providers: [LateProvider]) -> TestSink {
    TestSink(Site([(entry("GET /a"), [AuthStage(plan, providers, PolicyLog(Logger(label: "test")))], say("work"))]))
  }

  @Test func aProviderMayAnswerLater() throws {
    let (one, two) = (LateProvider("one"), LateProvider("two"))
    let sink = sink(AuthPlan(["one", "two"], rule: .all), [one, two])
    let exchange = try sink.request("GET", "/a", ["one": "1", "two": "2"])
    #expect(sink.events == [] && one.later.count == 1 && two.later.isEmpty)
    one.later[0](.verified(ClientIdentity(provider: "one", subject: "me")))
    #expect(sink.events == [] && two.later.count == 1)
    two.later[0](.verified(ClientIdentity(provider: "two", subject: "not me", plan: "gold")))
    #expect(sink.events == ["200", "work"])
    #expect(exchange.record.identity?.subject == "me" && exchange.request.identity?.plan == "gold")
  }

  @Test func whereItCanNotBeToldTheAnswerIs503() throws {
    let one = LateProvider("one")
    let sink = sink(AuthPlan(["one"]), [one])
    let exchange = try sink.request("GET", "/a", ["one": "1"])
    one.later[0](.unknown("too many ask"))
    #expect(sink.events.first?.hasPrefix("503 Retry-After=1") == true)
    #expect(exchange.record.refused == RequestRecord.Refusal(stage: "auth", why: "too many ask"))
    #expect(exchange.record.identity == nil)
    let other = self.sink(AuthPlan(["one"]), [one])
    try other.request("GET", "/a", ["one": "1"])
    one.later[1](.unavailable("nobody is there"))
    #expect(other.events.first?.hasPrefix("503 Retry-After=1") == true)
  }

  @Test func whoHasLeftIsNotLetIn() throws {
    let one = LateProvider("one")
    let sink = sink(AuthPlan(["one"]), [one])
    try sink.request("GET", "/a", ["one": "1"])
    sink.leave()
    one.later[0](.verified(ClientIdentity(provider: "one", subject: "me")))
    #expect(sink.events == [])
  }

  @Test func whatSomebodyElseSaysGoesToTheClient() throws {
    let one = LateProvider("one")
    let sink = sink(AuthPlan(["one"]), [one])
    let exchange = try sink.request("GET", "/a", ["one": "1"])
    one.later[0](.refused(Answer(status: 403, body: Array("no".utf8)), why: "one says 403"))
    #expect(sink.events == ["403", "no"])
    #expect(exchange.record.refused == RequestRecord.Refusal(stage: "auth", why: "one says 403", reason: "forbidden"))
    #expect(exchange.record.identity == nil)
  }

  /// It is open while nobody is there to tell, and not to who is told not to come.
  @Test func anOpenDoor() throws {
    let request = try RequestTemplate.compile(RequestLine("GET a /"), backend: 0, rest: nil)
    let call = CallPlan(name: "ask", request: request, location: SourceLocation(file: "", line: 0, column: 0))
    var plan = ExternalPlan([], InquiryPlan(call))
    plan.failsOpen = true
    let (one, two) = (LateProvider("one", .external(plan)), LateProvider("two"))
    let sink = sink(AuthPlan(["one", "two"], rule: .all), [one, two])
    try sink.request("GET", "/a", ["one": "1", "two": "2"])
    one.later[0](.unavailable("nobody is there"))
    #expect(sink.events == [] && two.later.count == 1)
    two.later[0](.invalid("no"))
    #expect(sink.events.first?.hasPrefix("401") == true)
    let other = self.sink(AuthPlan(["one"]), [one])
    let exchange = try other.request("GET", "/a", ["one": "1"])
    one.later[1](.unavailable("nobody is there"))
    #expect(other.events == ["200", "work"] && exchange.request.identity?.provider == "one")
    #expect(exchange.request.identity?.subject == nil)
    // A client may have brought it about.
    let shut = self.sink(AuthPlan(["one"]), [one])
    try shut.request("GET", "/a", ["one": "1"])
    one.later[2](.unknown("status 431"))
    #expect(shut.events.first?.hasPrefix("503") == true)
  }
}
