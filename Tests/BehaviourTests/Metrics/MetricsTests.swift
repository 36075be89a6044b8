import Foundation
import Testing

extension Behaviour {
  /// `/metrics`: each metric moves when it should.
  @Suite struct MetricsTests {
    private static let count = "http_server_request_duration_seconds_count"

    private func expect(
      _ gateway: GatewayProcess, _ wanted: [String: Double?], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let found = try gateway.counts(wanted)
      #expect(found == wanted, sourceLocation: sourceLocation)
    }

    // MARK: Requests

    @Test func requestsCountByRouteMethodAndStatus() throws {
      let gateway = try GatewayProcess("routes:\n  ANY /static/:id: { response: here }\n")
      for line in ["GET /static/1", "GET /static/secret?q=hidden", "POST /static/2", "BREW /static/3"] {
        #expect(try gateway.exchange(line, headers: ["X-Odd: odd-value"], body: "").status == 200)
      }
      #expect(try gateway.exchange("GET /nowhere-at-all").status == 404)
      let client = try RawClient(port: gateway.port)
      try client.sendRaw("GARBAGE\r\n\r\n")
      #expect(try client.receive()?.status == 400)
      func series(_ route: String, _ method: String, _ status: String) -> String {
        "\(Self.count){route=\"\(route)\",method=\"\(method)\",status_class=\"\(status)\"}"
      }
      try expect(
        gateway,
        [
          series("ANY /static/:id", "GET", "2xx"): 2, series("ANY /static/:id", "POST", "2xx"): 1,
          series("ANY /static/:id", "other", "2xx"): 1, series("", "GET", "4xx"): 1,
          #"weft_refused_total{route="",stage="request",status="400"}"#: 1, "http_server_active_requests": 0,
        ])
      // Whatever clients send, no series is theirs.
      let scrape = try gateway.scrape()
      for text in ["secret", "hidden", "odd", "BREW", "nowhere", "GARBAGE"] { #expect(!scrape.text.contains(text)) }
      #expect(scrape.series(of: Self.count).count == 4)
      try gateway.stopInOrder()
    }

    @Test func requestsInFlightAndConnectionsAreThere() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("1").waiting(at: free) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        "backends: { b1: { url: \"${env.B1}\" } }\nroutes:\n  GET /call: { calls: { v: GET b1 /call } }\n",
        backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /call")
      backend.waitForRequests(1)
      try expect(
        gateway,
        [
          "http_server_active_requests": 1, #"weft_connections{protocol="http/1.1"}"#: 1,
          #"weft_connections{protocol="h2"}"#: 0, #"weft_backend_in_flight{backend="b1"}"#: 1,
        ])
      #expect(free.arrive())
      #expect(try client.receive()?.status == 200)
      client.stream.close()
      try expect(
        gateway,
        [
          "http_server_active_requests": 0, #"weft_connections{protocol="http/1.1"}"#: 0,
          #"weft_backend_in_flight{backend="b1"}"#: 0,
        ])
      try gateway.stopInOrder()
    }

    // MARK: Calls

    @Test func callsCountByOutcome() throws {
      let backend = try ScriptedBackend { request in
        switch request.target {
        case "/bad": .json("{}", status: 500)
        case "/none": .json("{}", status: 404)
        default: .json("1")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" }, b2: { url: "http://127.0.0.1:1" } }
        routes:
          GET /all:
            calls:
              good: GET b1 /good
              bad: { request: GET b1 /bad, fallback: null }
              none: { request: GET b1 /none, absent: 404 }
              left: { request: GET b1 /good, when: "${query.x}" }
              dead: { request: GET b2 /, fallback: null }
          GET /whole: { calls: { v: GET b1 /good } }
          GET /must: { calls: { v: { request: GET b1 /bad, required: true } } }
          GET /proxied: { proxy: b1 /bad }
          GET /unreachable: { proxy: b2 / }
        """, backends: [backend.url])
      for path in ["all", "all", "whole", "must", "proxied", "unreachable"] {
        _ = try gateway.exchange("GET /\(path)")
      }
      func parts(_ call: String, _ outcome: String, of route: String = "GET /all", at backend: String = "b1") -> String
      {
        "weft_parts_total{route=\"\(route)\",call=\"\(call)\",backend=\"\(backend)\",outcome=\"\(outcome)\"}"
      }
      func times(_ call: String, _ outcome: String) -> String {
        parts(call, outcome).replacing("weft_parts_total", with: "weft_call_duration_seconds_count")
      }
      try expect(
        gateway,
        [
          parts("good", "ok"): 2, parts("bad", "status"): 2, parts("none", "absent"): 2, parts("left", "skipped"): 2,
          parts("dead", "connect", at: "b2"): 2, times("good", "ok"): 2, times("bad", "status"): 2,
          times("left", "skipped"): nil, parts("v", "ok", of: "GET /whole"): 1,
          parts("v", "status", of: "GET /must"): 1,
          parts("b1", "ok", of: "GET /proxied"): 1,
          parts("b2", "connect", of: "GET /unreachable", at: "b2"): 1,
          #"weft_partial_responses_total{route="GET /all"}"#: 2,
          #"weft_partial_responses_total{route="GET /whole"}"#: 0,
          #"weft_partial_responses_total{route="GET /must"}"#: 0,
          #"weft_backend_hedges_total{backend="b1"}"#: 0,
        ])
      try gateway.stopInOrder()
    }

    @Test func backendsCountRetriesQueuesAndBreakers() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { request in
        switch request.target {
        case "/slow": .json("1").waiting(at: free)
        case "/bad": .json("{}", status: 503)
        default: .json("1")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          b1: { url: "${env.B1}", maxConcurrent: 1 }
          again: { url: "${env.B1}", retry: { attempts: 3, on: [503], backoff: 1ms, budget: 100% } }
          broken: { url: "${env.B1}", breaker: { minimumCalls: 2, openFor: 10m } }
          probed: { url: "http://127.0.0.1:1", health: { path: /, every: 100ms, unhealthyAfter: 1 } }
        routes:
          GET /slow: { calls: { v: GET b1 /slow } }
          GET /next: { calls: { v: GET b1 /next } }
          GET /again: { calls: { v: GET again /bad } }
          GET /broken: { calls: { v: GET broken /bad } }
        """, backends: [backend.url])
      let address = "address=\"\(backend.url)\""
      try expect(
        gateway,
        [
          "weft_backend_breaker_state{backend=\"broken\",\(address)}": 0,
          "weft_backend_breaker_state{backend=\"b1\",\(address)}": nil,
          "weft_backend_address_healthy{backend=\"b1\",\(address)}": 1,
          #"weft_backend_address_healthy{backend="probed",address="http://127.0.0.1:1"}"#: 0,
        ])
      for path in ["again", "broken", "broken", "broken"] { _ = try gateway.exchange("GET /\(path)") }
      let (slow, next) = (try RawClient(port: gateway.port), try RawClient(port: gateway.port))
      try slow.send("GET /slow")
      // Three of `again`, two of `broken`, and this one.
      #expect(backend.waitForRequests(6).last?.target == "/slow")
      try next.send("GET /next")
      try expect(gateway, [#"weft_backend_queue_seconds_count{backend="b1"}"#: 1, "http_server_active_requests": 2])
      #expect(free.arrive())
      for client in [slow, next] { #expect(try client.receive()?.status == 200) }
      try expect(
        gateway,
        [
          #"weft_backend_retries_total{backend="again"}"#: 2, #"weft_backend_retries_total{backend="b1"}"#: 0,
          #"weft_backend_queue_seconds_count{backend="b1"}"#: 2,
          #"weft_backend_queue_seconds_count{backend="again"}"#: nil,
          "weft_backend_breaker_state{backend=\"broken\",\(address)}": 2,
          #"weft_parts_total{route="GET /broken",call="v",backend="broken",outcome="circuit-open"}"#: 1,
        ])
      #expect(try gateway.scrape()[#"weft_backend_queue_seconds_sum{backend="b1"}"#] ?? 0 > 0)
      try gateway.stopInOrder()
    }

    @Test func writesThatWereUndoneCount() throws {
      let backend = try ScriptedBackend { request in
        switch request.target {
        case "/pay", "/refund": .json("{}")
        default: .json("{}", status: 500)
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /done:
            calls:
              pay: { request: POST b1 /pay, required: true, compensate: POST b1 /refund }
              book: { request: "POST b1 /book/${pay.none || 'x'}", required: true }
          POST /failed:
            calls:
              pay: { request: POST b1 /pay, required: true, compensate: { request: POST b1 /bad, retry: { attempts: 1 } } }
              book: { request: "POST b1 /book/${pay.none || 'x'}", required: true }
        """, backends: [backend.url])
      func series(_ route: String, _ result: String) -> String {
        "weft_compensations_total{route=\"POST /\(route)\",call=\"pay\",result=\"\(result)\"}"
      }
      // Before the first of them, so that an increase is seen.
      try expect(gateway, [series("done", "done"): 0, series("failed", "failed"): 0])
      for path in ["done", "failed"] { #expect(try gateway.exchange("POST /\(path)", body: "").status == 502) }
      try expect(
        gateway,
        [
          series("done", "done"): 1, series("done", "failed"): 0, series("failed", "done"): 0,
          series("failed", "failed"): 1,
        ])
      #expect(try gateway.health()["writes"]?["compensated"]?.number == 1)
      #expect(try gateway.health()["writes"]?["failedCompensations"]?.number == 1)
      try gateway.stopInOrder()
    }

    // MARK: Cache

    @Test func theCacheCountsByResult() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { $0.target == "/slow" ? .json("1").waiting(at: free) : .json("1") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          GET /kept: { cache: { ttl: 1h, clientControl: true }, calls: { v: GET b1 /v } }
          GET /stale: { cache: { ttl: 1ms, staleWhileRevalidate: 1h }, calls: { v: GET b1 /v } }
          GET /slow: { cache: 1h, calls: { v: GET b1 /slow } }
          GET /call: { calls: { v: { request: GET b1 /w, cache: 1h } } }
        """, backends: [backend.url])
      for _ in 0..<3 { #expect(try gateway.exchange("GET /kept").status == 200) }
      #expect(try gateway.exchange("GET /kept", headers: ["Cache-Control: no-store"]).status == 200)
      for _ in 0..<2 { #expect(try gateway.exchange("GET /call").status == 200) }
      let deadline = Patience.deadline
      while try gateway.exchange("GET /stale")["cache-status"]?.contains("detail=swr") != true {
        try #require(deadline.timeIntervalSinceNow > 0)
      }
      let clients = try (0..<2).map { _ in try RawClient(port: gateway.port) }
      for client in clients { try client.send("GET /slow") }
      try expect(gateway, ["http_server_active_requests": 2])
      backend.waitForRequests(1)
      #expect(free.arrive())
      for client in clients { #expect(try client.receive()?.status == 200) }
      func series(_ route: String, _ result: String, _ level: String, call: String = "") -> String {
        "weft_cache_requests_total{route=\"GET /\(route)\",call=\"\(call)\",result=\"\(result)\",level=\"\(level)\"}"
      }
      try expect(
        gateway,
        [
          series("kept", "miss", "none"): 1, series("kept", "hit", "memory"): 2, series("kept", "bypass", "none"): 1,
          series("stale", "stale", "memory"): 1, series("slow", "miss", "none"): 1,
          series("slow", "collapsed", "none"): 1, series("call", "miss", "none", call: "v"): 1,
          series("call", "hit", "memory", call: "v"): 1, "weft_cache_evictions_total": 0, "weft_cache_entries": 4,
          // Those that the cache answered made no call.
          #"weft_parts_total{route="GET /kept",call="v",backend="b1",outcome="ok"}"#: 2,
        ])
      #expect(try gateway.scrape()["weft_cache_bytes"] ?? 0 > 0)
      try gateway.stopInOrder()
    }

    // MARK: Refusals

    @Test func refusalsAndLimitsCount() throws {
      let gateway = try GatewayProcess(
        """
        routes:
          GET /limited: { limit: { rate: 2/h, name: two }, response: 1 }
          GET /closed: { deny: [0.0.0.0/0], response: 1 }
          GET /picky: { refuse: [{ when: "${query.bad}", status: 422 }], response: 1 }
        """)
      for _ in 0..<5 { _ = try gateway.exchange("GET /limited") }
      #expect(try gateway.exchange("GET /closed").status == 403)
      #expect(try gateway.exchange("GET /picky?bad=1").status == 422)
      try expect(
        gateway,
        [
          #"weft_refused_total{route="GET /limited",stage="limit",status="429"}"#: 3,
          #"weft_refused_total{route="GET /closed",stage="address",status="403"}"#: 1,
          #"weft_refused_total{route="GET /picky",stage="refuse",status="422"}"#: 1,
          #"weft_limit_requests_total{limit="two",result="allowed"}"#: 2,
          #"weft_limit_requests_total{limit="two",result="refused"}"#: 3,
          #"weft_limit_requests_total{limit="two",result="degraded"}"#: 0,
        ])
      try gateway.stopInOrder()
    }
  }
}
