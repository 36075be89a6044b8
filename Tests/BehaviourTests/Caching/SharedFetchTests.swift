import Testing

extension Behaviour {
  /// What is fetched for many is asked for in the gateway's own name: a backend that echoes what it is told must not
  /// tell the next client of the one before.
  @Suite struct CacheSharedFetchTests {
    private static let definition = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /page: { cache: { ttl: 1ms, staleWhileRevalidate: 1h }, calls: { v: GET b1 /page } }
        GET /call: { calls: { v: { request: GET b1 /call, cache: { ttl: 1ms, staleWhileRevalidate: 1h } } } }
      """
    private static let secrets = [
      "Via: 1.0 secret-proxy", "X-Request-Id: secret-request", "tracestate: secret=state",
      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Forwarded-For: 203.0.113.7",
      "Forwarded: for=203.0.113.7;host=secret.example",
    ]

    /// The first request fetches, the second has its stale answer fetched anew.
    @Test(arguments: ["page", "call"])
    func aTrustedProxysClientIsNotNamed(_ route: String) throws {
      let backend = try ScriptedBackend { _ in .json("1") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "trustedProxies: [127.0.0.0/8]")
      // Until one met a stale answer, and not one of the same millisecond.
      for _ in 0..<1000 where backend.requests.count < 2 {
        let answer = try gateway.exchange("GET /\(route)", headers: Self.secrets)
        #expect(answer["X-Request-Id"] == "secret-request")
      }
      // One more may be on its way.
      let requests = backend.requests
      #expect(requests.count >= 2)
      var ids: Set<String?> = []
      for request in requests {
        let text = String(decoding: request.head.bytes, as: UTF8.self)
        for secret in ["secret", "203.0.113", "0af7651916cd43dd8448eb211c80319c"] { #expect(!text.contains(secret)) }
        #expect(request.head["via"]?.wholeMatch(of: #/1\.1 weft-[0-9a-f]{8}/#) != nil)
        ids.insert(request.head["x-request-id"])
      }
      #expect(ids.count == requests.count && !ids.contains(nil))
      try gateway.stopInOrder()
    }

    @Test func whatIsKeptAgainstTheBackendsWordIsToldOnce() throws {
      let backend = try ScriptedBackend { _ in
        var answer = ScriptedAnswer.json("1")
        answer.headers = ["Cache-Control: private"]
        return answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          GET /page/:n: { cache: 1h, calls: { v: "GET b1 /page/${path.n}" } }
          GET /call/:n: { calls: { v: { request: "GET b1 /call/${path.n}", cache: 1h } } }
          GET /heeded: { cache: { ttl: 1h, respectBackend: true }, calls: { v: GET b1 /heeded } }
        """, backends: [backend.url])
      for target in ["/page/1", "/page/2", "/call/1", "/call/2", "/heeded"] {
        _ = try gateway.exchange("GET \(target)")
      }
      try gateway.stopInOrder()
      let lines = gateway.child.errors.text.split(separator: "\n").filter { $0.contains("kept although") }
      #expect(lines.count == 2, "\(lines)")
      #expect(lines.contains { $0.contains("GET /page/:n") && $0.contains("backend=b1") })
      #expect(lines.contains { $0.contains("GET /call/:n") && $0.contains("call=v") })
    }
  }
}
