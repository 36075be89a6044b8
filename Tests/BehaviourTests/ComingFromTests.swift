import Testing

extension Behaviour {
  /// What docs/coming-from.md shows does what it says there. Its key is `foo`.
  @Suite struct ComingFromTests {
    struct Step: Sendable {
      var request: String
      var headers: [String] = []
      var body: String?
      /// How often before it is looked at.
      var times = 1
      var status: Int
      var shows: [String: String] = [:]
      /// What the backend has got by it.
      var sends: String?
    }

    private static let key = "X-API-Key: foo"
    private static let page = "Origin: https://shop.example"
    static let steps: [(String, [Step])] = [
      (
        "nginx",
        [
          Step(request: "GET /api/x?a=1", status: 200, sends: "GET /x?a=1"),
          Step(request: "POST /api/x", headers: ["Content-Length: 1048577"], status: 413),
          Step(request: "GET /internal/x", headers: ["X-Forwarded-For: 10.0.0.1"], status: 403),
          Step(request: "GET /docs", status: 308, shows: ["Location": "https://docs.shop.example/"]),
          Step(
            request: "GET /some/page", headers: ["Accept: text/html"], status: 200, shows: ["Cache-Control": "no-cache"]
          ),
          Step(request: "GET /../gateway.yaml", status: 400),
        ]
      ),
      (
        "Express",
        [
          Step(
            request: "GET /api/products", headers: [page], status: 200,
            shows: [
              "Access-Control-Allow-Origin": "https://shop.example", "X-Content-Type-Options": "nosniff",
              "RateLimit-Policy": "\"defaults\";q=100;w=900",
            ], sends: "GET /products"),
          Step(request: "GET /api/orders/1/summary", status: 401),
          Step(request: "GET /api/orders/1/summary", headers: [key], status: 200),
          Step(request: "DELETE /api/orders/1", headers: [key], status: 200, sends: "DELETE /orders/1"),
          Step(request: "POST /api/auth/login", body: "{}", times: 10, status: 200, sends: "POST /auth/login"),
          Step(request: "POST /api/auth/login", body: "{}", status: 429),
          Step(request: "GET /api/products", status: 200),
        ]
      ),
      (
        "Kong",
        [
          Step(request: "GET /orders/1", status: 401),
          Step(request: "GET /orders/1", headers: ["apikey: foo"], status: 200, sends: "GET /1"),
          Step(request: "GET /legacy/1", headers: ["apikey: foo"], status: 410),
        ]
      ),
      (
        "Managed",
        [
          Step(request: "GET /v1/x", status: 401),
          Step(request: "GET /v1/x", headers: [key], status: 200, sends: "GET /x"),
          Step(request: "DELETE /v1/x", headers: [key], status: 200, sends: "DELETE /x"),
        ]
      ),
    ]

    @Test(arguments: steps) func doesWhatItSays(_ from: String, _ steps: [Step]) throws {
      let shown = try DocumentedFolder.all(in: "docs/coming-from.md")
      let documented = try #require(shown.first { $0.heading.hasPrefix(from) })
      let backend = try ScriptedBackend(json: #"{"id": 1, "userId": 7, "lines": [{"sku": "a"}]}"#)
      defer { backend.stop() }
      // Here backends are one, and there is no Redis.
      var files = documented.files.mapValues { text in
        text.replacing(#/http://[a-z0-9.-]+:8080/#, with: backend.url).replacing(#/redis: .*\n/#, with: "")
          .replacing("health: { path: /healthz }", with: "maxConcurrent: 10")
      }
      for served in documented.servedFolders { files["\(served)/index.html"] = "a page" }
      let environment = documented.environment.mapValues { _ in backend.url }
      let gateway = try GatewayProcess(files: files, environment: environment)
      for step in steps {
        var answer: RawResponse?
        for _ in 0..<step.times {
          answer = try gateway.exchange(step.request, headers: step.headers, body: step.body)
        }
        let last = try #require(answer)
        #expect(last.status == step.status, "\(from): \(step.request): \(last.text)")
        for (name, value) in step.shows { #expect(last[name] == value, "\(from): \(step.request)") }
        if let line = step.sends { #expect(backend.lines.last?.hasPrefix(line) == true, "\(from): \(backend.lines)") }
      }
      try gateway.stopInOrder()
    }
  }
}
