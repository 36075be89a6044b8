import Testing

extension Behaviour {
  /// Several addresses of one backend, and secrets on the way to it.
  @Suite struct BackendTests {
    @Test(arguments: ["calls: { v: GET both /x }", "proxy: both /x"])
    func addressesTakeTurnsByWeight(_ work: String) throws {
      let backends = try (0..<2).map { _ in try ScriptedBackend(json: "1") }
      defer { for backend in backends { backend.stop() } }
      let gateway = try GatewayProcess(
        """
        backends:
          both: { urls: ["${env.B1}", { url: "${env.B2}", weight: 2 }] }
        routes:
          GET /x: { \(work) }
        """, backends: backends.map(\.url), gateway: "threads: 1\n")
      for _ in 0..<30 { #expect(try gateway.exchange("GET /x").status == 200) }
      #expect(backends.map { $0.requests.count } == [10, 20])
      try gateway.stopInOrder()
    }

    @Test func aRetryGoesToTheNextAddress() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let dead = try DeadEnd(.refusing)
      let gateway = try GatewayProcess(
        """
        backends:
          some:
            urls: ["${env.B1}", "${env.B2}"]
            retry: { attempts: 2, on: [connect], backoff: 1ms, budget: 100% }
        routes:
          GET /x: { calls: { v: GET some /x } }
        """, backends: [dead.url, backend.url])
      for _ in 0..<10 { #expect(try gateway.exchange("GET /x").text == #"{"v":1}"#) }
      #expect(backend.requests.count == 10)
      try gateway.stopInOrder()
    }

    @Test func secretsReachTheBackendAndNobodyElse() throws {
      let backend = try ScriptedBackend { _ in .json("{}", status: 500) }
      defer { backend.stop() }
      let folder = try TemporaryFolder(files: ["key": "from-the-file\n"])
      let definition = """
        backends:
          b1: { url: "${env.B1}" }
        routes:
          GET /x:
            exposeErrors: true
            calls:
              v: { request: GET b1 /x, headers: { X-File: { file: "\(folder.path)/key" }, X-Env: "${env.API_KEY}" } }
        """
      let environment = ["B1": backend.url, "API_KEY": "from-the-environment"]
      let gateway = try GatewayProcess(files: ["main.yaml": definition], environment: environment)
      let response = try gateway.exchange("GET /x")
      let request = try #require(backend.requests.first)
      #expect(request["X-File"] == "from-the-file")
      #expect(request["X-Env"] == "from-the-environment")
      try gateway.stopInOrder()
      let definitions = try TemporaryFolder(files: ["main.yaml": definition])
      let explained = try WeftBinary.run(["explain", definitions.path, "GET", "/x"], environment: environment)
      #expect(explained.status == 0, "\(explained)")
      for text in [response.description, gateway.child.output.text, gateway.child.errors.text, explained.description] {
        #expect(!text.contains("from-the-"), "\(text)")
      }
    }
  }
}
