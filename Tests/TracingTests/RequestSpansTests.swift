import JSONText
import Messages
import Testing
import Timing

@testable import Tracing

/// The spans that are made of a request.
@Suite struct RequestSpansTests {
  private static let start = Instant(nanoseconds: 5_000_000_000)
  private static let trace = TraceParent(
    traceHigh: 0x0AF7_6519_16CD_43DD, traceLow: 0x8448_EB21_1C80_319C, isSampled: true)

  private func at(_ milliseconds: Int) -> Instant { Self.start.advanced(by: .milliseconds(milliseconds)) }

  private func request(_ calls: [CallTrace] = [], status: Int? = 200) -> TracedRequest {
    var request = TracedRequest(Self.trace, span: 0xA, received: at(0), ended: at(100))
    (request.method, request.path, request.scheme, request.host) = ("GET", "/users/42", "https", "shop.example:8443")
    (request.client, request.version, request.userAgent) = ("203.0.113.7", "2", "curl/8")
    (request.route, request.status, request.calls) = ("/users/:id", status, calls)
    return request
  }

  private func call(_ outcome: String = "ok", _ attempts: [AttemptTrace] = [], name: String = "user") -> CallTrace {
    var traces = AttemptTraces()
    for attempt in attempts { traces.add(attempt, isCounted: !attempt.address.isEmpty) }
    var call = CallTrace(name, backend: "users", outcome: outcome, began: at(10), ended: at(90))
    call.method = "GET"
    call.take(traces)
    return call
  }

  private func attempt(
    _ from: Int, _ to: Int, queued: Int? = nil, status: Int? = 200, outcome: String = AttemptTrace.answered,
    span: UInt64 = 0, address: String = "http://10.0.0.1:8080/base"
  ) -> AttemptTrace {
    var attempt = AttemptTrace(address, queued: at(queued ?? from), began: at(from), ended: at(to), outcome: outcome)
    (attempt.status, attempt.span) = (status, span)
    return attempt
  }

  private func value(_ span: Span, _ name: String) -> Attribute.Value? {
    span.attributes.first { "\($0.name)" == name }?.value
  }

  @Test func theRequestsSpanHasOpenTelemetrysNames() throws {
    var request = request()
    request.parent = 0xB
    let span = try #require(request.spans.first)
    #expect(request.spans.count == 1)
    #expect(span.name == "GET /users/:id" && span.kind == .server && span.id == 0xA && span.parent == 0xB)
    #expect(span.isParentRemote && span.failure == nil)
    let expected: [(String, Attribute.Value)] = [
      ("http.request.method", .text("GET")), ("http.route", .text("/users/:id")), ("url.path", .text("/users/42")),
      ("url.scheme", .text("https")), ("server.address", .text("shop.example")), ("server.port", .number(8443)),
      ("client.address", .text("203.0.113.7")), ("network.protocol.version", .text("2")),
      ("user_agent.original", .text("curl/8")), ("http.response.status_code", .number(200)),
    ]
    for (name, wanted) in expected { #expect(value(span, name) == wanted, "\(name)") }
    #expect(value(span, "weft.outcome") == nil)
  }

  @Test func attemptsStandUnderCallsUnderTheRequest() {
    let spans = request([call("ok", [attempt(10, 40, status: 503, span: 0xC), attempt(50, 90, span: 0xD)])]).spans
    #expect(spans.map(\.name) == ["GET /users/:id", "user", "GET", "GET"])
    #expect(spans[1].parent == spans[0].id && spans[2].parent == spans[1].id && spans[3].parent == spans[1].id)
    #expect(spans[2].id == 0xC && spans[3].id == 0xD)
    #expect(spans[2].failure == "503" && spans[3].failure == nil && spans[1].failure == nil)
    #expect(spans[1].events.map(\.name) == ["retry"] && spans[1].events[0].at == at(50))
    #expect(value(spans[3], "http.request.resend_count") == .number(1))
    #expect(value(spans[2], "server.address") == .text("10.0.0.1") && value(spans[2], "server.port") == .number(8080))
    #expect(value(spans[1], "peer.service") == .text("users"))
    #expect(Set(spans.map(\.id)).count == 4)
  }

  @Test func waitingIsAnEvent() {
    let spans = request([call("queue", [attempt(60, 60, queued: 20, status: nil, outcome: "queue", address: "")])])
      .spans
    #expect(spans.count == 2 && spans[1].failure == "queue")
    #expect(spans[1].events.map(\.name) == ["queue"])
    #expect(spans[1].events[0].attributes.first?.value == .number(40))
  }

  @Test func anAttemptBesideAnotherIsAHedge() {
    var hedged = call("ok", [attempt(10, 90), attempt(40, 80)])
    hedged.isHedged = true
    #expect(request([hedged]).spans[1].events.map(\.name) == ["hedge"])
    hedged.isHedged = false
    #expect(request([hedged]).spans[1].events.map(\.name) == ["retry"])
  }

  @Test func theCacheIsAnEventAndSkippedCallsAreNothing() {
    var cached = call()
    cached.cache = .hit
    let spans = request([call("skipped", name: "x"), cached]).spans
    #expect(spans.map(\.name) == ["GET /users/:id", "user"])
    #expect(spans[1].events.map(\.name) == ["cache"] && value(spans[1], "weft.cache") == .text("hit"))
  }

  @Test func whatUndoesACallHasASpanOfItsOwn() {
    var write = call("ok", [attempt(10, 20, span: 0xC)])
    write.compensated = "failed"
    var undoing = AttemptTraces()
    undoing.add(attempt(50, 60, status: 500, span: 0xE))
    write.undoing = CallTrace.Undoing(backend: "orders", method: "DELETE", undoing)
    let spans = request([write], status: 502).spans
    #expect(spans.map(\.name) == ["GET /users/:id", "user", "GET", "undo user", "DELETE"])
    #expect(spans[3].parent == 0xA && spans[4].parent == spans[3].id && spans[4].id == 0xE)
    #expect(spans.map(\.failure) == ["502", nil, nil, "compensation", "500"])
    #expect(value(spans[4], "weft.backend") == .text("orders"))
  }

  @Test func failuresAreKnown() {
    #expect(request(status: 500).failure == "500" && request(status: 500).hasFailure)
    #expect(request(status: 404).failure == nil && !request(status: 404).hasFailure)
    #expect(request([call("timeout")]).failure == nil && request([call("timeout")]).hasFailure)
    #expect(!request([call("absent", [attempt(10, 20, status: 404)])]).hasFailure)
    #expect(request([call("absent", [attempt(10, 20, status: 404)])]).spans[2].failure == nil)
    var broken = request([call("invalid")])
    broken.isCutOff = true
    #expect(broken.failure == "invalid")
  }

  @Test func unknownMethodsAndPathsMakeNoNames() {
    var request = request()
    (request.method, request.route) = ("BREW", nil)
    let span = request.spans[0]
    #expect(span.name == "HTTP" && value(span, "http.request.method") == .text("_OTHER"))
    #expect(value(span, "http.request.method_original") == .text("BREW") && value(span, "http.route") == nil)
  }

  @Test(arguments: [
    ("a.example", "a.example", nil), ("a:80", "a", 80), ("[::1]:80", "::1", 80), ("[::1]", "::1", nil), ("", "", nil),
  ])
  func authoritiesAreTakenApart(_ text: String, _ name: String, _ port: Int?) {
    #expect(Authority(text).name == name && Authority(text).port == port)
  }

  // MARK: The text

  @Test func theTextIsOTLPs() throws {
    var request = request([call("timeout", [attempt(10, 20, status: nil, outcome: "timeout", span: 0xC)])])
    request.parent = 0xB7AD_6B71_6920_3331
    let clock = SpanClock(origin: 1_700_000_000_000_000_000)
    let text = try #require(SpanText.write(request.spans, Self.trace, state: "a=b", by: clock))
    let body = SpanText.envelope(text, of: [("service.name", "shop \"1\"")])
    let root = JSONValue.slice(try JSONText(body).root)
    let resource = root[member: "resourceSpans"]?.elements?.first
    let attribute = resource?[member: "resource"]?[member: "attributes"]?.elements?.first
    #expect(attribute?[member: "key"]?.string == "service.name")
    #expect(attribute?[member: "value"]?[member: "stringValue"]?.string == "shop \"1\"")
    let spans = try #require(resource?[member: "scopeSpans"]?.elements?.first?[member: "spans"]?.elements)
    #expect(spans.count == 3)
    for span in spans {
      #expect(span[member: "traceId"]?.string == "0af7651916cd43dd8448eb211c80319c")
      #expect(span[member: "traceState"]?.string == "a=b")
    }
    #expect(spans[0][member: "spanId"]?.string == "000000000000000a")
    #expect(spans[0][member: "parentSpanId"]?.string == "b7ad6b7169203331")
    #expect(spans[0][member: "kind"]?.number(in: 0...9) == 2 && spans[1][member: "kind"]?.number(in: 0...9) == 3)
    #expect(spans[0][member: "startTimeUnixNano"]?.string == "1700000005000000000")
    #expect(spans[0][member: "endTimeUnixNano"]?.string == "1700000005100000000")
    #expect(spans[0][member: "flags"]?.number(in: 0...0xFFFF) == 0x301)
    #expect(spans[0][member: "status"] == nil)
    #expect(spans[1][member: "status"]?[member: "code"]?.number(in: 0...9) == 2)
    let status = spans[0][member: "attributes"]?.elements?.first {
      $0[member: "key"]?.string == "http.response.status_code"
    }
    #expect(status?[member: "value"]?[member: "intValue"]?.string == "200")
    let error = spans[2][member: "attributes"]?.elements?.first { $0[member: "key"]?.string == "error.type" }
    #expect(error?[member: "value"]?[member: "stringValue"]?.string == "timeout")
  }

  @Test func longTextsAreCutAtACharacter() throws {
    var request = request()
    request.path = "/" + String(repeating: "é", count: Span.longestText)
    let text = try #require(SpanText.write(request.spans, Self.trace, state: nil, by: SpanClock(origin: 0)))
    let root = JSONValue.slice(try JSONText(text).root)
    let path = root[member: "attributes"]?.elements?.first {
      $0[member: "key"]?.string == "url.path"
    }
    let written = try #require(path?[member: "value"]?[member: "stringValue"]?.string)
    #expect(written == "/" + String(repeating: "é", count: (Span.longestText - 1) / 2))
  }

  @Test func tooLongATextIsNone() {
    let calls = (0..<2000).map { call(name: "\($0)" + String(repeating: "x", count: 900)) }
    let spans = request(calls).spans
    #expect(SpanText.write(spans, Self.trace, state: nil, by: SpanClock(origin: 0)) == nil)
  }

  @Test func theLineForBackendsNamesTheSpan() {
    let field = Self.trace.field(span: 0xC)
    #expect(field == HeaderField("traceparent", "00-0af7651916cd43dd8448eb211c80319c-000000000000000c-01"))
    let quiet = TraceParent(traceHigh: 1, traceLow: 2, isSampled: false).field(span: 3)
    #expect(quiet.value == "00-00000000000000010000000000000002-0000000000000003-00")
  }
}
