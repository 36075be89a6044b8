import Testing

extension Behaviour {
  /// Keep-alive, pipelining and connection ends on both sides.
  @Suite struct ConnectionTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        GET /call/:n: { calls: { v: "GET b1 /call/${path.n}" } }
        ANY /proxy/*rest: { proxy: "b1 /${path.rest}" }
        GET /static: { response: here }
        POST /unsafe: { calls: { v: { request: POST b1 /unsafe, body: {} } } }
        POST /body: { response: "${body}" }
      """

    @Test func aConnectionServesManyRequests() throws {
      try withGateway { backend, gateway in
        let client = try RawClient(port: gateway.port)
        for number in 0..<20 {
          try client.send("GET \(number.isMultiple(of: 2) ? "/call" : "/proxy")/\(number)")
          let response = try #require(try client.receive())
          #expect(response.status == 200 && response.text.contains("\(number)"))
        }
        #expect(backend.connectionCount == 1, "idle connections to backends are used again")
      }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
      let backend = try ScriptedBackend { request in
        var answer = ScriptedAnswer.json("\"\(request.target)\"")
        answer.delay = request.target == "/call/0" ? 150 : 0
        return answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      let paths = ["/call/0", "/static", "/nowhere", "/proxy/call/3", "/call/4"]
      try client.sendRaw(paths.flatMap { RawClient.request("GET \($0)") })
      let texts = try paths.map { _ in try #require(try client.receive()).text }
      #expect(texts[0] == #"{"v":"/call/0"}"#)
      #expect(texts[1] == #""here""#)
      #expect(texts[2].contains("404"))
      #expect(texts[3] == #""/call/3""#)
      #expect(texts[4] == #"{"v":"/call/4"}"#)
      try gateway.stopInOrder()
    }

    @Test func aRequestMayComeByteByByte() throws {
      try withGateway { _, gateway in
        let client = try RawClient(port: gateway.port)
        for byte in RawClient.request("POST /body", body: Array(#"{"a":1}"#.utf8)) { try client.sendRaw([byte]) }
        #expect(try client.receive()?.text == #"{"a":1}"#)
      }
    }

    @Test func bodiesThatNobodyReadsDoNotSpoilTheConnection() throws {
      try withGateway { _, gateway in
        let client = try RawClient(port: gateway.port)
        try client.send("POST /nowhere", body: Array(repeating: 120, count: 100_000))
        #expect(try client.receive()?.status == 404)
        if !client.stream.peerIsGone(waiting: 50) {
          try client.send("GET /static")
          #expect(try client.receive()?.text == #""here""#)
        }
      }
    }

    @Test func theClientMayEndTheConnection() throws {
      try withGateway { _, gateway in
        for lines in ["GET /static HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /static HTTP/1.0\r\n\r\n"] {
          let client = try RawClient(port: gateway.port)
          try client.sendRaw(lines)
          #expect(try client.receive()?.status == 200)
          #expect(client.stream.peerIsGone(waiting: 10_000))
        }
      }
    }

    @Test func aTLSHelloIsTurnedAway() throws {
      try withGateway { _, gateway in
        let client = try RawClient(port: gateway.port)
        try client.sendRaw([22])
        #expect(try client.stream.read(count: 64) == [21, 3, 1, 0, 2, 2, 40], "an alert, and the end")
        #expect(gateway.logs("TLS to a port without"))
      }
    }

    @Test func anExpectationIsAnswered() throws {
      try withGateway { _, gateway in
        for path in ["/body", "/proxy/x"] {
          let client = try RawClient(port: gateway.port)
          let body = Array("[1]".utf8)
          try client.send("POST \(path)", headers: ["Expect: 100-continue", "Content-Length: \(body.count)"])
          let interim = try #require(try client.stream.readHead())
          #expect(interim.startLine.hasPrefix("HTTP/1.1 100"), "\(path)")
          try client.sendRaw(body)
          #expect(try client.receive()?.status == 200, "\(path)")
        }
      }
    }

    @Test func aConnectionThatABackendClosedIsReplaced() throws {
      let backend = try ScriptedBackend { _ in
        var answer = ScriptedAnswer.json("1")
        answer.then = .close
        return answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      for number in 0..<10 {
        #expect(try gateway.exchange("GET /call/\(number)").text == #"{"v":1}"#)
        // An unsafe request is not sent again, so it must not meet a connection that is just being closed.
        backend.waitForClosings()
        #expect(try gateway.exchange("POST /proxy/x", body: "x").text == "1")
      }
      #expect(backend.requests.count == 20)
      try gateway.stopInOrder()
    }

    /// A backend may close an idle connection just when it is used again. Whether it did the work nobody knows, so an
    /// unsafe request is not sent twice.
    @Test(arguments: ["POST /unsafe", "POST /proxy/x", "DELETE /proxy/x"])
    func anUnsafeRequestIsSentOnceOnAUsedConnectionToo(_ request: String) throws {
      let backend = try ScriptedBackend { $0.line.hasPrefix("GET ") ? .json("1") : .fault(.close) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: "threads: 1\n")
      #expect(try gateway.exchange("GET /call/1").status == 200)
      let response = try gateway.exchange(request, body: "{}")
      #expect(response.status == (request == "POST /unsafe" ? 200 : 502))
      #expect(backend.requests.count == 2, "\(backend.lines)")
      try gateway.stopInOrder()
    }

    private func withGateway(_ body: (ScriptedBackend, GatewayProcess) throws -> Void) throws {
      let backend = try ScriptedBackend { .json("\"\($0.target)\"") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: "threads: 1\n")
      try body(backend, gateway)
      try gateway.stopInOrder()
    }
  }
}
