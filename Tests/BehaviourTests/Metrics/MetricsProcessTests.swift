import Foundation
import TestRedis
import Testing

extension Behaviour {
  /// `/metrics`: Redis, reloads, certificates and the process; and its form.
  @Suite struct MetricsProcessTests {
    private func expect(
      _ gateway: GatewayProcess, _ wanted: [String: Double?], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let found = try gateway.counts(wanted)
      #expect(found == wanted, sourceLocation: sourceLocation)
    }

    // MARK: Redis

    @Test func redisCountsUpAndDown() async throws {
      let redis = try await RedisServer.start()
      let gateway = try GatewayProcess(
        """
        routes:
          GET /limited: { limit: { rate: 100/h, name: shared, by: all }, response: 1 }
          GET /open: { limit: { rate: 100/h, name: open, by: all, onRedisFailure: allow }, response: 1 }
          GET /shut: { limit: { rate: 100/h, name: shut, by: all, onRedisFailure: deny }, response: 1 }
          GET /kept/:id: { cache: 1h, response: "${path.id}" }
        """, gateway: "redis: { url: \"\(redis.url)\", timeout: 10s }\ncache: { memory: 0B }\n")
      #expect(gateway.waitForHealth { $0["limits"]?["state"]?.string == "connected" })
      for path in ["limited", "open", "shut"] { #expect(try gateway.exchange("GET /\(path)").status == 200) }
      let deadline = Patience.deadline
      while try !gateway.exchange("GET /kept/1").isHit { try #require(deadline.timeIntervalSinceNow > 0) }
      func limit(_ name: String, _ result: String) -> String {
        "weft_limit_requests_total{limit=\"\(name)\",result=\"\(result)\"}"
      }
      try expect(
        gateway,
        [
          "weft_redis_up": 1, limit("shared", "allowed"): 1, limit("open", "allowed"): 1, limit("shut", "allowed"): 1,
          #"weft_cache_requests_total{route="GET /kept/:id",call="",result="hit",level="redis"}"#: 1,
          #"weft_redis_requests_total{result="timeout"}"#: 0,
        ])
      let up = try gateway.scrape()
      #expect(up[#"weft_redis_requests_total{result="ok"}"#] ?? 0 >= 5)
      #expect(up["weft_redis_request_seconds_count"] ?? 0 >= 5 && up["weft_redis_request_seconds_sum"] ?? 0 > 0)
      redis.kill()
      try expect(gateway, ["weft_redis_up": 0])
      for (path, status) in [("limited", 200), ("open", 200), ("shut", 503)] {
        #expect(try gateway.exchange("GET /\(path)").status == status, "\(path)")
      }
      try expect(
        gateway,
        [
          limit("shared", "degraded"): 1, limit("open", "degraded"): 1, limit("shut", "refused"): 1,
          #"weft_refused_total{route="GET /shut",stage="limit",status="503"}"#: 1,
        ])
      try gateway.stopInOrder()
    }

    // MARK: Reloads

    @Test func countersGoOnOverAReload() throws {
      let backend = try ScriptedBackend { $0.target == "/bad" ? .json("{}", status: 503) : .json("1") }
      defer { backend.stop() }
      func definition(_ retry: Int, _ more: String = "") -> String {
        """
        backends:
          b1: { url: "${env.B1}", retry: { attempts: \(retry), on: [503], backoff: 1ms, budget: 100% } }
        routes:
          GET /stays: { calls: { v: GET b1 /bad } }

        """ + more
      }
      let gateway = try GatewayProcess(
        definition(2, "  GET /goes: { response: 1 }\n"), backends: [backend.url])
      for path in ["stays", "goes"] { _ = try gateway.exchange("GET /\(path)") }
      let first = try #require(gateway.scrape().series(of: "weft_generation_info").first)
      let goes = #"http_server_request_duration_seconds_count{route="GET /goes",method="GET",status_class="2xx"}"#
      let stays = #"weft_parts_total{route="GET /stays",call="v",backend="b1",outcome="status"}"#
      try expect(
        gateway,
        [
          goes: 1, stays: 1, #"weft_reloads_total{result="ok"}"#: 0, #"weft_reloads_total{result="failed"}"#: 0,
          #"weft_backend_retries_total{backend="b1"}"#: 1,
        ])
      try gateway.write("routes: {")
      #expect(try gateway.reload().status == 422)
      try expect(gateway, [#"weft_reloads_total{result="failed"}"#: 1, first: 1])
      // The backend is another one, the route is gone.
      try gateway.write(definition(3))
      #expect(try gateway.reload().status == 200)
      #expect(try gateway.exchange("GET /goes").status == 404)
      _ = try gateway.exchange("GET /stays")
      try expect(
        gateway,
        [
          goes: 1, stays: 2, #"weft_reloads_total{result="ok"}"#: 1, #"weft_reloads_total{result="failed"}"#: 1,
          #"weft_backend_retries_total{backend="b1"}"#: 3, first: nil,
        ])
      #expect(try gateway.scrape().series(of: "weft_generation_info").count == 1)
      // The same texts have the same name, wherever they are.
      let other = try GatewayProcess(definition(2, "  GET /goes: { response: 1 }\n"), backends: [backend.url])
      #expect(try other.scrape()[first] == 1)
      for gateway in [gateway, other] { try gateway.stopInOrder() }
    }

    // MARK: Listeners

    @Test func certificatesCountDown() throws {
      let gateway = try TLSGateway()
      #expect(try gateway.curl("--http2", gateway.url("/static")) == #"{"scheme":"https"}"#)
      let scrape = try gateway.process.scrape()
      let ends = scrape.series(of: "weft_certificate_expiry_seconds")
      #expect(ends.count == 2)
      for series in ends { #expect(scrape[series] ?? 0 > 3600, "\(series)") }
      try gateway.process.stopInOrder()
    }

    @Test func connectionsCountByProtocol() throws {
      let gateway = try HTTP2Gateway.start()
      let (http1, http2) = (try RawClient(port: gateway.port), try HTTP2Client(port: gateway.port))
      try http1.send("GET /static")
      #expect(try http1.receive()?.status == 200)
      let silent = try RawClient(port: gateway.port)
      func expect(_ opening: Double, _ http1: Double, _ http2: Double) throws {
        try self.expect(
          gateway,
          [
            #"weft_connections{protocol="opening"}"#: opening, #"weft_connections{protocol="http/1.1"}"#: http1,
            #"weft_connections{protocol="h2"}"#: http2,
          ])
      }
      try expect(1, 1, 1)
      for stream in [http1.stream, http2.stream, silent.stream] { stream.close() }
      try expect(0, 0, 0)
      try gateway.stopInOrder()
    }

    // MARK: Its form

    /// Each metric of docs/metrics.md has its header in every scrape, and nothing else has one.
    @Test func aScrapeHasEachMetric() throws {
      let gateway = try GatewayProcess("routes:\n  GET /static: { response: here }\n")
      let page = try String(contentsOfFile: "\(WeftBinary.repository)/docs/metrics.md", encoding: .utf8)
      let told = page.matches(of: #/(?m)^\| `((?:weft|http|process)_\w+)` \| (\w+) \|/#).map { "\($0.1) \($0.2)" }
      let scrape = try gateway.scrape()
      let types = scrape.text.matches(of: #/# TYPE (\w+) (\w+)/#).map {
        "\($0.1) \($0.1.hasSuffix("_info") ? "info" : $0.2)"
      }
      #expect(types == told && told.count > 30)
      for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds"]
      {
        #expect(scrape[name] ?? 0 > 0, "\(name)")
      }
      let now = Date().timeIntervalSince1970
      #expect((now - 3600...now + 10).contains(scrape["process_start_time_seconds"] ?? 0))
      #expect(scrape.series(of: "weft_loop_lag_seconds").count >= 2)
      try gateway.stopInOrder()
    }

    @Test func itIsForThoseWhoMayAsk() throws {
      let folder = try TemporaryFolder(files: ["token": "s3cret-of-the-admin\n"])
      let gateway = try GatewayProcess(
        "routes:\n  GET /static: { response: here }\n",
        gateway: "admin: { address: \"127.0.0.1:0\", token: { file: \(folder.path)/token } }\n")
      func status(_ line: String, _ headers: [String] = []) throws -> Int {
        try RawClient.exchange(port: gateway.adminPort, line, headers: headers).status
      }
      #expect(try status("GET /metrics") == 401)
      #expect(try status("GET /metrics", ["Authorization: Bearer s3cret-of-the-admin"]) == 200)
      #expect(try status("POST /metrics", ["Authorization: Bearer s3cret-of-the-admin"]) == 405)
      #expect(try gateway.exchange("GET /metrics").status == 404)
      try gateway.stopInOrder()
    }

    /// A sampled trace of a proxy that is believed is the one that the exemplar names; one that nobody keeps is not.
    @Test func openMetricsNamesTraces() throws {
      let gateway = try GatewayProcess(
        "routes:\n  GET /kept: { response: 1 }\n  GET /dropped: { response: 1 }\n",
        gateway: "trustedProxies: [127.0.0.1]\n")
      let (kept, dropped) = ("0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c")
      for (path, trace, flags) in [("kept", kept, "01"), ("dropped", dropped, "00")] {
        let header = "traceparent: 00-\(trace)-b7ad6b7169203331-\(flags)"
        #expect(try gateway.exchange("GET /\(path)", headers: [header]).status == 200)
      }
      let count = "http_server_request_duration_seconds_count"
      try expect(
        gateway,
        [
          "\(count){route=\"GET /kept\",method=\"GET\",status_class=\"2xx\"}": 1,
          "\(count){route=\"GET /dropped\",method=\"GET\",status_class=\"2xx\"}": 1,
        ])
      let accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
      let open = try RawClient.exchange(port: gateway.adminPort, "GET /metrics", headers: [accept])
      #expect(open["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
      #expect(open["cache-control"] == "no-store")
      #expect(open.text.contains("# {trace_id=\"\(kept)\"} 0.") && !open.text.contains(dropped))
      #expect(open.text.hasSuffix("\n# EOF\n"))
      let text = try RawClient.exchange(port: gateway.adminPort, "GET /metrics", headers: ["Accept: */*"])
      #expect(text["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(!text.text.contains("trace_id") && !text.text.contains("# EOF"))
      try gateway.stopInOrder()
    }

    // MARK: promtool

    private func promtool(_ arguments: [String], input: String = "") throws {
      let child = try ChildProcess(Promtool.path, arguments, input: input)
      #expect(child.waitForExit() == 0, "\(arguments): \(child.output.text) \(child.errors.text)")
      #expect(child.errors.text.isEmpty, "\(arguments): \(child.errors.text)")
    }

    @Test(.enabled(if: Promtool.isThere, "promtool is not installed"))
    func promtoolTakesAScrape() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}", maxConcurrent: 2, breaker: {}, retry: { on: [503] } } }
        routes:
          GET /call: { calls: { v: GET b1 /call, w: { request: GET b1 /w, cache: 1h } } }
          GET /limited: { limit: 1/h, cache: 1h, response: 1 }
        """, backends: [backend.url])
      for path in ["call", "call", "limited", "limited", "none"] { _ = try gateway.exchange("GET /\(path)") }
      try promtool(["check", "metrics"], input: gateway.scrape().text)
      try gateway.stopInOrder()
    }

    @Test(.enabled(if: Promtool.isThere, "promtool is not installed"))
    func promtoolTakesTheAlertsAndTheirTests() throws {
      try promtool(["check", "rules", "\(WeftBinary.repository)/docs/alerts.yml"])
      try promtool(["test", "rules", "\(WeftBinary.repository)/Tests/GatewayTests/Metrics/alerts.test.yaml"])
    }

    /// Each query of the dashboard, as a rule.
    @Test(.enabled(if: Promtool.isThere, "promtool is not installed"))
    func promtoolTakesTheQueriesOfTheDashboard() throws {
      let file = "\(WeftBinary.repository)/deploy/grafana/weft.json"
      let dashboard = try JSONTree(parsing: Array(Data(contentsOf: URL(filePath: file))))
      let queries = dashboard.texts(of: "expr").map { query in
        query.replacing("$__rate_interval", with: "5m").replacing("$job", with: ".*").replacing("$route", with: ".*")
      }
      #expect(queries.count > 30)
      let rules = queries.enumerated().map { index, query in
        "      - record: weft:query\(index)\n        expr: |\n          \(query)\n"
      }
      let folder = try TemporaryFolder(files: [
        "rules.yaml": "groups:\n  - name: dashboard\n    rules:\n" + rules.joined()
      ])
      try promtool(["check", "rules", "\(folder.path)/rules.yaml"])
    }
  }
}

/// Debian: prometheus.
enum Promtool {
  static let path = "/usr/bin/promtool"
  static let isThere = FileManager.default.isExecutableFile(atPath: path)
}

extension JSONTree {
  /// The texts of all members of a name, wherever they are.
  fileprivate func texts(of name: String) -> [String] {
    switch self {
    case .object(let members):
      members.flatMap { member in
        (member.name == name ? [member.value.string].compactMap(\.self) : []) + member.value.texts(of: name)
      }
    case .array(let elements): elements.flatMap { $0.texts(of: name) }
    default: []
    }
  }
}
