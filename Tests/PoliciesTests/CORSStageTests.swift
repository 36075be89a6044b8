import Messages
import Plans
import TestServers
import Testing

@testable import Front
@testable import Policies

/// What pages of other origins are told, over a sink without a wire.
@Suite struct CORSStageTests {
  private static let shop = "https://shop.example"

  private func plan(_ change: (inout CORSPlan) -> Void = { _ in }) -> CORSPlan {
    var plan = CORSPlan(origins: .listed(OriginList([Self.shop])))
    change(&plan)
    return plan
  }

  private func preflight(
    _ sink: TestSink, _ method: String, _ path: String = "/a", origin: String = shop, headers: String? = nil
  ) throws -> String {
    let fields: KeyValuePairs = ["Origin": origin, "Access-Control-Request-Method": method]
    let more: KeyValuePairs = [
      "Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers ?? "",
    ]
    try sink.request("OPTIONS", path, headers == nil ? fields : more)
    return sink.events[sink.events.count - 2]
  }

  private func sink(_ routes: [(String, CORSPlan?)]) -> TestSink {
    TestSink(Site(routes.map { (entry($0), $1.map { [CORSStage($0)] } ?? [], say("work")) }))
  }

  /// Which methods there are is found out without the request's taking their routes.
  @Test func aPreflightStaysWithItsRoute() throws {
    let sink = sink([("GET /:a", plan()), ("PUT /:b", plan()), ("DELETE /:c", plan())])
    try sink.request("OPTIONS", "/x?y", ["Origin": Self.shop, "Access-Control-Request-Method": "PUT"])
    #expect(sink.events[0].contains("Access-Control-Allow-Methods=GET, HEAD, PUT, DELETE"))
    let exchange = try sink.request("PUT", "/x?y")
    #expect(exchange.request.captures.map(\.name) == ["b"] && exchange.request.path == "/x")
    let asked = try sink.request("OPTIONS", "/x?y", ["Origin": Self.shop, "Access-Control-Request-Method": "PUT"])
    #expect(asked.request.captures.map(\.name) == ["b"] && asked.request.query == "y")
  }

  @Test func aListedOriginMayRead() throws {
    let sink = sink([("GET /a", plan { $0.expose = ["weft-outcome", "x-id"] })])
    try sink.request("GET", "/a", ["Origin": Self.shop])
    #expect(
      sink.events == [
        "200 Vary=Origin Access-Control-Allow-Origin=\(Self.shop) Access-Control-Expose-Headers=weft-outcome, x-id",
        "work",
      ])
  }

  @Test(arguments: [nil, "https://evil.example", "null"]) func othersAreToldNothing(_ origin: String?) throws {
    let sink = sink([("GET /a", plan())])
    try sink.request("GET", "/a", origin.map { ["Origin": $0] } ?? [:])
    #expect(sink.events == ["200 Vary=Origin", "work"])
  }

  @Test func everyOriginMayRead() throws {
    let sink = sink([("GET /a", CORSPlan(origins: .any))])
    for headers: KeyValuePairs in [["Origin": "https://x"], [:]] { try sink.request("GET", "/a", headers) }
    #expect(sink.events == ["200 Access-Control-Allow-Origin=*", "work", "200 Access-Control-Allow-Origin=*", "work"])
  }

  @Test func aBackendSaysNothingOfIt() throws {
    let work = ClosureEndpoint { exchange in
      exchange.answer(
        Answer(
          status: 200,
          headers: [
            HeaderField("access-control-allow-ORIGIN", "*"), HeaderField("Access-Control-Allow-Credentials", "true"),
            HeaderField("Access-Control-Of-Tomorrow", "1"), HeaderField("Access-Control", "1"), HeaderField("X-A", "1"),
          ]))
    }
    let sink = TestSink(Site([(entry("GET /a"), [CORSStage(plan())], work)]))
    try sink.request("GET", "/a", ["Origin": "https://evil.example"])
    #expect(sink.events.first == "200 Access-Control=1 X-A=1 Vary=Origin")
  }

  /// Without work, whatever stands between.
  @Test func aPreflightIsAnsweredBeforeEverything() throws {
    let work = ClosureEndpoint { _ in Issue.record("the work was done") }
    let stages: [any Stage] = [CORSStage(plan()), AddressStage(AddressPlan(allow: [], deny: []))]
    let sink = TestSink(Site([(entry("POST /a"), stages, work)]))
    #expect(
      try preflight(sink, "POST", headers: "x-a,  X-B")
        == "204 Vary=Origin Access-Control-Allow-Origin=\(Self.shop) Access-Control-Allow-Methods=POST "
        + "Access-Control-Allow-Headers=x-a, X-B")
    #expect(sink.exchange == nil && sink.requestsInFlight == 0)
    // What is refused behind it can be read by the page.
    let exchange = try sink.request("POST", "/a", ["Origin": Self.shop])
    #expect(sink.events[2].hasSuffix("Vary=Origin Access-Control-Allow-Origin=\(Self.shop)"))
    #expect(
      exchange.record.refused
        == RequestRecord.Refusal(stage: "address", why: "requests from this address are not allowed"))
  }

  @Test func aPreflightSaysWhatIsWritten() throws {
    let full = plan {
      $0.methods = ["GET", "PUT"]
      $0.headers = ["content-type"]
      $0.expose = ["x-id"]
      $0.credentials = true
      $0.maxAge = .seconds(600)
    }
    let sink = sink([("ANY /a", full)])
    #expect(
      try preflight(sink, "DELETE", headers: "x-other")
        == "204 Vary=Origin Access-Control-Allow-Origin=\(Self.shop) Access-Control-Allow-Credentials=true "
        + "Access-Control-Allow-Methods=GET, PUT Access-Control-Allow-Headers=content-type Access-Control-Max-Age=600")
    #expect(try preflight(sink, "GET", origin: "https://evil.example") == "204 Vary=Origin")
  }

  /// A browser keeps the methods for all later requests to the path: one whose route says otherwise is none of them.
  @Test func theMethodsOfAPathAreThoseWithTheSamePlan() throws {
    let other = plan { $0.credentials = true }
    let sink = sink([
      ("GET /a", plan()), ("POST|PUT /a", plan()), ("DELETE /a", nil), ("PATCH /a", other), ("GET /b", nil),
      ("ANY /c", CORSPlan(origins: .any)),
    ])
    func methods(_ method: String, _ path: String = "/a") throws -> Substring? {
      try preflight(sink, method, path).split(separator: "Access-Control-Allow-Methods=").dropFirst().first
    }
    for method in ["GET", "HEAD", "POST"] { #expect(try methods(method) == "GET, HEAD, POST, PUT") }
    #expect(try methods("PATCH") == "PATCH")
    #expect(try methods("GET", "/c") == "GET, HEAD, POST, PUT, PATCH, DELETE")
    #expect(try methods("PROPFIND", "/c") == "GET, HEAD, POST, PUT, PATCH, DELETE, PROPFIND")
    #expect(try methods("GET, PUT", "/c") == nil)
    // Of these the gateway says what it ever did.
    for (method, path) in [("DELETE", "/a"), ("OPTIONS", "/a"), ("GET", "/b"), ("GET", "/d")] {
      #expect(try methods(method, path) == nil)
    }
    #expect(try preflight(sink, "DELETE") == "204 Allow=GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS")
  }

  @Test func onlyWhatABrowserAsksIsAPreflight() throws {
    let sink = sink([("GET /a", plan()), ("OPTIONS /b", plan()), ("GET /b", nil)])
    try sink.request("OPTIONS", "/a", ["Origin": Self.shop])
    try sink.request("OPTIONS", "/a", ["Access-Control-Request-Method": "GET"])
    #expect(sink.events == ["204 Allow=GET, HEAD, OPTIONS", "", "204 Allow=GET, HEAD, OPTIONS", ""])
    try sink.request("OPTIONS", "/b", ["Origin": Self.shop])
    #expect(sink.events.suffix(2) == ["200 Vary=Origin Access-Control-Allow-Origin=\(Self.shop)", "work"])
    // The route of the method that is meant knows nothing of it, that of OPTIONS does.
    #expect(try preflight(sink, "GET", "/b").hasPrefix("204 Vary=Origin Access-Control-Allow-Origin"))
  }
}
