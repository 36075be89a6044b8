import Testing

extension Behaviour {
  /// What of policies takes more than a request and its answer: bodies of unannounced length, HTTP/2, the log.
  @Suite struct PolicyTests {
    private static let definition = """
      defaults: { cors: "*", bodyLimit: 1KiB, secure: true }
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /denied: { deny: [127.0.0.0/8], response: 1 }
        GET /refused: { refuse: [{ when: "${query.a}", detail: no a }, { when: "${query.b}" }], response: 1 }
        POST /body: { response: "${body}" }
        ANY /p/*rest: { proxy: "b1 /${path.rest}" }
      """
    private static let settings = """
      threads: 1
      listen: { address: "127.0.0.1:0", http2: cleartext }
      log: { access: true }
      """
    private static let page = ("origin", "https://page.example")

    /// A backend that takes bodies as they come, and never answers.
    private func withGateway(_ body: (GatewayProcess, ScriptedBackend) throws -> Void) throws {
      let backend = try ScriptedBackend(streamsBodies: true) { _ in
        .custom { stream in while try !stream.read().isEmpty {} }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.settings)
      try body(gateway, backend)
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    @Test func aProxiedBodyThatTurnsOutTooLongIsBrokenOff() throws {
      try withGateway { gateway, backend in
        let client = try RawClient(port: gateway.port)
        try client.send("POST /p/x", headers: ["Transfer-Encoding: chunked", "Origin: https://page.example"])
        try client.sendRaw("3\r\nabc\r\n")
        backend.waitForRequests(1)
        try client.sendRaw("400\r\n" + String(repeating: "x", count: 1024) + "\r\n")
        let answer = try #require(try client.receive())
        #expect(answer.status == 413 && answer["Access-Control-Allow-Origin"] == "*")
        #expect(answer["X-Content-Type-Options"] == "nosniff" && answer.text.contains("longer than 1024 bytes"))
        backend.waitForClosings()
      }
    }

    @Test func aProxiedBodyOverHTTP2ThatTurnsOutTooLongIsBrokenOff() throws {
      try withGateway { gateway, backend in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "POST", "/p/x", [Self.page], ends: false)
        try client.data(1, Array("abc".utf8))
        backend.waitForRequests(1)
        try client.data(1, [UInt8](repeating: 0x78, count: 1024))
        #expect(try client.wait { client.answers[1]?.status == 413 })
        #expect(client.answers[1]?.fields.first(name: "access-control-allow-origin") == "*")
        backend.waitForClosings()
        // The other streams go on.
        try client.request(3, "GET", "/refused", [Self.page])
        #expect(try client.answer(to: 3).status == 200)
      }
    }

    /// What is too long behind the beginning of its answer ends both, and the log says why, by either protocol.
    @Test func aBodyThatTurnsOutTooLongBehindTheHeadOfItsAnswer() throws {
      let backend = try ScriptedBackend(streamsBodies: true) { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
          while try !stream.read().isEmpty {}
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.settings)
      let client = try RawClient(port: gateway.port)
      try client.send("POST /p/one", headers: ["Transfer-Encoding: chunked"])
      #expect(try client.stream.readHead()?.startLine.contains(" 200 ") == true)
      try client.sendRaw("401\r\n" + String(repeating: "x", count: 1025) + "\r\n")
      _ = try? client.stream.read(through: Array("\r\n0\r\n".utf8))
      let other = try HTTP2Client(port: gateway.port)
      try other.request(1, "POST", "/p/two", [], ends: false)
      #expect(try other.wait { other.answers[1]?.status == 200 })
      try other.data(1, [UInt8](repeating: 0x78, count: 1025))
      let end = try other.answer(to: 1).end
      #expect(end != .whole)
      backend.waitForClosings()
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      let pattern = #/refused=body why="the request body is longer than 1024 bytes" end=cut-off/#
      #expect(log.matches(of: pattern).count == 2, "\(log)")
    }

    @Test func policiesOverHTTP2() throws {
      try withGateway { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        for (id, method, path, fields, status): (UInt32, String, String, [(String, String)], Int) in [
          (1, "OPTIONS", "/body", [("access-control-request-method", "POST")], 204), (3, "GET", "/denied", [], 403),
          (5, "GET", "/refused?a=1", [], 403), (7, "POST", "/body", [("content-length", "1025")], 413),
          (9, "POST", "/p/x", [("content-length", "1025")], 413),
        ] {
          try client.request(id, method, path, [Self.page] + fields, ends: method != "POST")
          #expect(try client.wait { client.answers[id]?.status == status }, "\(method) \(path)")
          let answered = client.answers[id]?.fields
          #expect(answered?.first(name: "access-control-allow-origin") == "*", "\(method) \(path)")
          #expect(answered?.first(name: "x-content-type-options") == "nosniff", "\(method) \(path)")
        }
        #expect(client.answers[1]?.fields.first(name: "access-control-allow-methods") == "POST")
      }
    }

    @Test func theLogSaysWhoRefusedAndWhy() throws {
      let gateway = try GatewayProcess(Self.definition, backends: ["http://127.0.0.1:1"], gateway: Self.settings)
      for line in ["GET /denied", "GET /refused?a=1", "GET /refused?b=1"] { _ = try gateway.exchange(line) }
      for line in ["POST /body", "POST /p/x"] {
        _ = try gateway.exchange(line, body: String(repeating: " ", count: 1025))
      }
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      let expected: [Regex<Substring>] = [
        #/route="GET \/denied" method=GET status=403 refused=address why="requests from this address are not allowed"/#,
        #/route="GET \/refused" method=GET status=403 refused=refuse why="no a"/#,
        #/route="GET \/refused" method=GET status=403 refused=refuse why="?\${query.b}"?/#,
        #/route="POST \/body" method=POST status=413 refused=body why="the request body is longer than 1024 bytes"/#,
        #/route="ANY \/p\/\*rest" method=POST status=413 refused=body why="the request body is longer than 1024 bytes"/#,
      ]
      for pattern in expected { #expect(log.contains(pattern), "\(log)") }
    }

    @Test func theLogHasTheSubjectAndNoCredential() throws {
      let files = [
        "gateway.yaml": Self.settings + "\nauth: { p: { apiKey: { keys: keys.yaml, from: { query: key } } } }",
        "keys.yaml": "[{ id: an acme, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae }]",
        "shop.yaml": "routes: { GET /who: { auth: p, response: 1 } }",
      ]
      let gateway = try GatewayProcess(files: files)
      for line in ["GET /who?key=foo", "GET /who?key=bar", "GET /who?key=foo&key=foo", "GET /who"] {
        _ = try gateway.exchange(line)
      }
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      let expected: [Regex<Substring>] = [
        #/status=200 .*identity="an acme"/#, #/status=401 refused=auth why="the key is not known"/#,
        #/status=401 refused=auth why="there are two credentials"/#,
        #/status=401 refused=auth why="authentication is required"/#,
      ]
      for pattern in expected { #expect(log.contains(pattern), "\(log)") }
      #expect(!log.contains("foo") && !log.contains("bar"), "\(log)")
    }
  }
}
