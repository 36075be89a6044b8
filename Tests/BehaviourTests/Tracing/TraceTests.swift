import Foundation
import Synchronization
import Testing

extension Behaviour {
  /// Spans at a collector, and what backends are told of them.
  @Suite struct TraceTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}", retry: { attempts: 2, on: [503], backoff: 1ms, budget: 100% } }
      routes:
        GET /page/:id: { calls: { user: "GET b1 /user/${path.id}", order: "GET b1 /order?of=${user.id}" } }
        GET /list: { calls: { listed: { each: "${split(query.ids, ',')}", request: "GET b1 /item/${item}" } } }
        GET /kept: { cache: { ttl: 1h }, calls: { v: GET b1 /kept } }
        GET /call: { calls: { v: { request: GET b1 /call, cache: { ttl: 1h } } } }
        ANY /proxy/*rest: { proxy: "b1 /${path.rest}" }
        POST /write:
          calls:
            order: { request: POST b1 /order, compensate: DELETE b1 /order }
            pay: { request: POST b1 /pay, required: true, after: [order] }
        GET /needs: { calls: { v: { request: GET b1 /fails, required: true } } }
        GET /partial: { calls: { v: GET b1 /fails, w: GET b1 /user/1 } }
      """
    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private static let script: ScriptedBackend.Script = { request in
      switch request.line {
      case "POST /pay": .json("{}", status: 500)
      case "GET /fails": .json("{}", status: 500)
      default: .json(#"{"id":7}"#)
      }
    }

    /// What the collector has and what the backend was asked, once all is at its end.
    private func run(
      _ settings: String = "", _ script: @escaping ScriptedBackend.Script = script,
      collector: TraceCollector? = nil, _ body: (GatewayProcess) throws -> Void
    ) throws -> (spans: [TracedSpan], requests: [RecordedRequest]) {
      let collector = try collector ?? TraceCollector()
      defer { collector.backend.stop() }
      let backend = try ScriptedBackend(script)
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: collector.settings(settings))
      try body(gateway)
      try gateway.stopInOrder()
      return (try collector.spans(), backend.requests)
    }

    /// Each request has named a span that was sent, below its call's.
    private func expectParents(_ spans: [TracedSpan], _ requests: [RecordedRequest]) {
      let lines = Set(spans.filter { $0.kind == 3 }.map { $0.parentLine() })
      for request in requests {
        #expect(request["traceparent"].map(lines.contains) == true, "\(request.line)")
      }
      #expect(Set(requests.compactMap { $0["traceparent"] }).count == requests.count)
      #expect(Set(spans.map(\.id)).count == spans.count)
      let ids = Set(spans.map(\.id))
      for span in spans where span.kind == 3 { #expect(span.parent.map(ids.contains) == true, "\(span.name)") }
    }

    @Test func aCompositeHasASpanForEachCallAndAttempt() throws {
      let (spans, requests) = try run { gateway in
        let answer = try gateway.exchange(
          "GET /page/42?token=s3cret", headers: ["User-Agent: test/1", "Host: shop.example:8080"])
        #expect(answer.status == 200)
      }
      #expect(spans.count == 5 && requests.count == 2)
      let root = try #require(spans.only("GET /page/:id"))
      #expect(root.kind == 2 && root.parent == nil && !root.isFailed)
      let expected = [
        ("http.request.method", "GET"), ("http.route", "/page/:id"), ("url.path", "/page/42"), ("url.scheme", "http"),
        ("server.address", "shop.example"), ("server.port", "8080"), ("client.address", "127.0.0.1"),
        ("network.protocol.version", "1.1"), ("user_agent.original", "test/1"), ("http.response.status_code", "200"),
      ]
      for (name, value) in expected { #expect(root[name] == value, "\(name)") }
      for name in ["user", "order"] {
        let call = try #require(spans.only(name))
        #expect(call.parent == root.id && call.kind == 3 && call["weft.call.outcome"] == "ok")
        let attempts = spans.children(of: call)
        #expect(attempts.count == 1 && attempts[0].name == "GET" && attempts[0]["server.address"] == "127.0.0.1")
        let request = try #require(requests.first { $0.target.hasPrefix("/\(name)") })
        #expect(request["traceparent"] == attempts[0].parentLine())
      }
      expectParents(spans, requests)
      #expect(!spans.contains { "\($0.tree)".contains("s3cret") })
    }

    @Test func aRetryIsAnEventAndEachAttemptASpan() throws {
      let turns = Turns()
      let (spans, requests) = try run(
        "",
        { request in
          request.line == "GET /user/1" && turns.next() == 0 ? .json("{}", status: 503) : .json(#"{"id":7}"#)
        }
      ) { try $0.expect(200, "GET /page/1") }
      let call = try #require(spans.only("user"))
      #expect(call.events == ["retry"] && call["weft.call.attempts"] == "2" && !call.isFailed)
      let attempts = spans.children(of: call)
      #expect(attempts.map { $0["http.response.status_code"] } == ["503", "200"])
      #expect(attempts.map(\.isFailed) == [true, false] && attempts[1]["http.request.resend_count"] == "1")
      let asked = requests.filter { $0.line == "GET /user/1" }
      #expect(asked.map { $0["traceparent"] } == attempts.map { $0.parentLine() })
      expectParents(spans, requests)
    }

    @Test func theItemsOfAnEachStandBelowOneCall() throws {
      let (spans, requests) = try run { try $0.expect(200, "GET /list?ids=1,2,3") }
      let call = try #require(spans.only("listed"))
      #expect(spans.children(of: call).count == 3 && call.events.isEmpty)
      expectParents(spans, requests)
    }

    @Test(arguments: ["kept", "call"]) func theCacheIsToldOf(_ route: String) throws {
      let (spans, requests) = try run { gateway in
        for _ in 0..<2 { try gateway.expect(200, "GET /\(route)") }
      }
      #expect(requests.count == 1)
      let roots = spans.filter { $0.kind == 2 }
      #expect(roots.count == 2 && roots[0].trace != roots[1].trace)
      let cached = route == "kept" ? roots : spans.filter { $0.name == "v" }
      #expect(cached.map { $0["weft.cache"] } == ["miss", "hit"])
      #expect(cached.allSatisfy { $0.events == ["cache"] })
      #expect(spans.filter { $0.name == "GET" }.count == 1)
      expectParents(spans, requests)
    }

    @Test func aProxiedRequestHasOneCall() throws {
      let (spans, requests) = try run {
        try $0.expect(200, "POST /proxy/x", headers: ["baggage: a=1"], body: "{}")
      }
      #expect(spans.map(\.name) == ["POST /proxy/*rest", "b1", "POST"])
      #expect(spans[1].parent == spans[0].id && spans[2].parent == spans[1].id)
      #expect(requests[0]["traceparent"] == spans[2].parentLine() && requests[0]["baggage"] == "a=1")
      #expect(spans[0]["http.request.method"] == "POST")
    }

    @Test func whatUndoesAWriteIsToldOf() throws {
      let (spans, requests) = try run { try $0.expect(502, "POST /write", body: "{}") }
      #expect(requests.map(\.line) == ["POST /order", "POST /pay", "DELETE /order"])
      let (order, pay) = (try #require(spans.only("order")), try #require(spans.only("pay")))
      let undo = try #require(spans.only("undo order"))
      #expect(order["weft.call.compensated"] == "done" && pay.isFailed && pay["error.type"] == "status")
      #expect(spans.children(of: undo).map(\.name) == ["DELETE"] && !undo.isFailed)
      #expect(spans.only("POST /write")?.isFailed == true && spans.only("POST /write")?["error.type"] == "502")
      expectParents(spans, requests)
    }

    // MARK: The trace goes on

    @Test func aTrustedProxysTraceGoesOn() throws {
      let headers = ["traceparent: \(Self.parent)", "tracestate: a=b", "baggage: user=mira"]
      let (spans, requests) = try run { _ = try $0.exchange("GET /page/1", headers: headers) }
      let root = try #require(spans.first { $0.kind == 2 })
      #expect(root.parent == "b7ad6b7169203331")
      #expect(spans.allSatisfy { $0.trace == "0af7651916cd43dd8448eb211c80319c" })
      #expect(spans.allSatisfy { $0.tree["traceState"]?.string == "a=b" })
      for request in requests {
        #expect(request["tracestate"] == "a=b" && request["baggage"] == "user=mira")
      }
      expectParents(spans, requests)
    }

    /// Others get what comes of it.
    @Test(arguments: ["kept", "call"]) func whatIsKeptHasNoBaggage(_ route: String) throws {
      let headers = ["traceparent: \(Self.parent)", "tracestate: a=b", "baggage: user=mira"]
      let (spans, requests) = try run { _ = try $0.exchange("GET /\(route)", headers: headers) }
      #expect(requests.count == 1 && requests[0]["baggage"] == nil && requests[0]["tracestate"] == nil)
      expectParents(spans, requests)
    }

    // MARK: Which are sent

    @Test func theInboundFlagIsKept() throws {
      let quiet = Self.parent.dropLast() + "0"
      let (spans, requests) = try run("sample: 100%") { gateway in
        _ = try gateway.exchange("GET /page/1", headers: ["traceparent: \(quiet)"])
      }
      #expect(spans.isEmpty && requests.count == 2)
      #expect(requests.allSatisfy { $0["traceparent"]?.hasSuffix("-00") == true })
      let (sampled, _) = try run("sample: 0%") { gateway in
        _ = try gateway.exchange("GET /page/1", headers: ["traceparent: \(Self.parent)"])
        _ = try gateway.exchange("GET /page/2")
      }
      #expect(sampled.filter { $0.kind == 2 }.map { $0["url.path"] } == ["/page/1"])
    }

    @Test func aShareIsSampled() throws {
      let (spans, requests) = try run("sample: 50%") { gateway in
        for _ in 0..<64 { _ = try gateway.exchange("GET /kept") }
        for _ in 0..<64 { _ = try gateway.exchange("GET /partial") }
      }
      let roots = spans.filter { $0.kind == 2 }
      // Of 128 by chance: outside of this once in 10^14.
      #expect((20...108).contains(roots.count), "\(roots.count)")
      let flagged = requests.filter { $0["traceparent"]?.hasSuffix("-01") == true }
      #expect(flagged.allSatisfy { request in spans.contains { request["traceparent"] == $0.parentLine() } })
    }

    /// Backends were told that the trace is not sampled: the end was not known then.
    @Test func failedOnesAreKept() throws {
      let (spans, requests) = try run("sample: 0%, keep: { errors: true }") { gateway in
        try gateway.expect(200, "GET /page/1")
        try gateway.expect(502, "GET /needs")
        try gateway.expect(200, "GET /partial")
      }
      let roots = spans.filter { $0.kind == 2 }
      #expect(roots.map { $0["http.route"] } == ["/needs", "/partial"] && roots.map(\.isFailed) == [true, false])
      #expect(requests.allSatisfy { $0["traceparent"]?.hasSuffix("-00") == true })
      let call = try #require(spans.children(of: roots[0]).first)
      let attempt = try #require(spans.children(of: call).first)
      #expect(attempt.isFailed && attempt["http.response.status_code"] == "500")
      #expect(requests.contains { $0["traceparent"] == attempt.parentLine(flags: "00") })
    }

    @Test func slowOnesAreKept() throws {
      let (spans, _) = try run(
        "sample: 0%, keep: { slow: 300ms }",
        { request in
          var answer = ScriptedAnswer.json(#"{"id":7}"#)
          if request.line == "GET /user/2" { answer.delay = 400 }
          return answer
        }
      ) { gateway in
        for id in 1...2 { try gateway.expect(200, "GET /page/\(id)") }
      }
      #expect(spans.contains { $0["url.path"] == "/page/2" })
    }

    @Test func withoutACollectorThereIsNothing() throws {
      let backend = try ScriptedBackend(Self.script)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      _ = try gateway.exchange("GET /page/1")
      try gateway.stopInOrder()
      // One span of the request stands for all, as nobody is told of others.
      #expect(Set(backend.requests.map { $0["traceparent"] }).count == 1)
    }

    // MARK: The collector

    @Test func theCollectorIsToldWhoSends() throws {
      let collector = try TraceCollector()
      let headers = #"service: shop, headers: { authorization: "Bearer s3cret" }"#
      _ = try run(headers, collector: collector) { gateway in
        _ = try gateway.exchange("GET /page/1")
        collector.backend.waitForRequests(1)
        #expect(!gateway.child.errors.text.contains("s3cret"))
      }
      let request = try #require(collector.backend.requests.first)
      #expect(request.line == "POST /v1/traces" && request["content-type"] == "application/json")
      #expect(request["authorization"] == "Bearer s3cret" && request["traceparent"] == nil)
      let resource = try JSONTree(parsing: request.body)["resourceSpans"]?[0]?["resource"]?["attributes"]?.elements
      let service = resource?.first { $0["key"]?.string == "service.name" }
      #expect(service?["value"]?["stringValue"]?.string == "shop")
    }

    /// Requests are answered all the while, and what was made meanwhile arrives.
    @Test(arguments: ["503", "hang up", "reset"]) func anOutageLosesNothing(_ fault: String) throws {
      let turns = Turns()
      let collector = try TraceCollector { _ in
        if turns.next() > 0 { return .json("{}") }
        switch fault {
        case "503": return .json("{}", status: 503)
        case "reset": return .fault(.reset)
        default: return .fault(.close)
        }
      }
      let (spans, _) = try run("", collector: collector) { gateway in
        try gateway.expect(200, "GET /page/1")
        collector.backend.waitForRequests(1)
        #expect(gateway.logs("spans can't be sent"))
        try gateway.expect(200, "GET /page/2")
        collector.backend.waitForRequests(2)
      }
      // The first batch came twice.
      #expect(Set(spans.filter { $0.kind == 2 }.map { $0["url.path"] }) == ["/page/1", "/page/2"])
    }

    @Test func aRefusedBatchIsLostAndToldOf() throws {
      let collector = try TraceCollector { _ in .json("{}", status: 400) }
      _ = try run("", collector: collector) { gateway in
        try gateway.expect(200, "GET /page/1")
        #expect(gateway.logs("spans are lost"))
        #expect(gateway.logs("status 400"))
      }
      #expect(collector.backend.requests.count == 1)
    }

    /// The end waits for a bound.
    @Test func aCollectorThatHangsKeepsNobody() throws {
      let collector = try TraceCollector { _ in .fault(.hang) }
      let (_, requests) = try run("", collector: collector) { gateway in
        for _ in 0..<3 { try gateway.expect(200, "GET /page/1") }
        collector.backend.waitForRequests(1)
        try gateway.expect(200, "GET /page/1")
      }
      #expect(requests.count == 8)
    }

    @Test func theEnvironmentNamesACollector() throws {
      let collector = try TraceCollector()
      defer { collector.backend.stop() }
      let backend = try ScriptedBackend(Self.script)
      defer { backend.stop() }
      let environment = [
        "B1": backend.url, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.backend.url + "/base/",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b", "OTEL_SERVICE_NAME": "shop",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
      ]
      let gateway = try GatewayProcess(files: ["main.yaml": Self.definition], environment: environment)
      _ = try gateway.exchange("GET /page/1")
      try gateway.stopInOrder()
      let request = try #require(collector.backend.requests.first)
      #expect(request.line == "POST /base/v1/traces" && request["x-key"] == "a b")
      #expect(request.text.contains("deployment.environment") && request.text.contains(#""shop""#))
    }

    @Test func aReloadBeginsAndEndsIt() throws {
      let collector = try TraceCollector()
      defer { collector.backend.stop() }
      let backend = try ScriptedBackend(Self.script)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: "threads: 1\n")
      _ = try gateway.exchange("GET /page/1")
      try gateway.write("threads: 1\n" + collector.settings(), to: "gateway.yaml")
      #expect(try gateway.reload().text.contains("tracing"))
      _ = try gateway.exchange("GET /page/2")
      collector.backend.waitForRequests(1)
      try gateway.write("threads: 1\n", to: "gateway.yaml")
      #expect(try gateway.reload().status == 200)
      _ = try gateway.exchange("GET /page/3")
      try gateway.stopInOrder()
      #expect(try collector.spans().filter { $0.kind == 2 }.map { $0["url.path"] } == ["/page/2"])
    }
  }
}

/// Counts the turns of a script.
private final class Turns: Sendable {
  private let count = Atomic(0)

  /// 0 first.
  func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
}

extension GatewayProcess {
  fileprivate func expect(_ status: Int, _ requestLine: String, headers: [String] = [], body: String? = nil) throws {
    let answer = try exchange(requestLine, headers: headers, body: body)
    #expect(answer.status == status, "\(requestLine)")
  }
}
