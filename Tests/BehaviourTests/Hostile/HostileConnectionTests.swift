import Testing

extension Behaviour {
  /// Connections that try to make the gateway and a backend see different requests, or to make the gateway hold much.
  @Suite struct HostileConnectionTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        ANY /proxy/*rest: { proxy: "b1 /${path.rest}" }
        POST /body: { response: "${body}" }
        GET /whole: { response: "${length(keys(query))}" }
        GET /list: { response: "${length(queryList.a)}" }
        GET /cookies: { response: "${length(keys(cookies))}" }
        GET /headers: { response: "${length(keys(headers))}" }
        POST /merged: { response: "${length(keys(merge(body, body, {z: `1`})))}" }
        GET /static: { response: here }
      """

    /// After each of these comes a request for /evil, which must not be seen as one: neither answered nor passed on.
    @Test(arguments: [
      "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4",
      "Content-Length: 4\r\nContent-Length: 4", "Content-Length: 4\r\nContent-Length: 40", "Content-Length: 4, 4",
      "Content-Length: +4", "Content-Length: -4", "Content-Length: 0x4", "Content-Length: 4a", "Content-Length: 4 4",
      "Content-Length: 18446744073709551620", "Content-Length: 9223372036854775808", "Content-Length : 4",
      "Content-Length\u{0}: 4", " Content-Length: 4", "X: y\r\n Content-Length: 4", "X: y\nContent-Length: 4",
      "X: y\rContent-Length: 4", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked",
      "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding : chunked",
      "Transfer-Encoding: \u{B}chunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding:\r\n chunked",
      "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", "Host: other", "X\u{0}: y", "X: \u{0}", "X y: z",
      "(: y",
      "Expect: 100-continue, x\r\nContent-Length: 4",
    ])
    func whatTwoReadersCouldReadInTwoWaysIsRefused(lines: String) throws {
      try withGateway { backend, gateway in
        for path in ["/proxy/x", "/static", "/body"] {
          let client = try RawClient(port: gateway.port)
          try client.sendRaw(
            "POST \(path) HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n0\r\n\r\nGET /proxy/evil HTTP/1.1\r\nHost: a\r\n\r\n")
          #expect(try client.receive()?.status == (lines.hasPrefix("Expect") ? 417 : 400), "\(path)")
          #expect(try client.receive() == nil, "nothing after it is answered")
        }
        #expect(backend.lines.isEmpty)
      }
    }

    /// Bodies in chunks that are none. What was sent on before must not look whole to the backend.
    @Test(arguments: [
      "4\nevil\r\n0\r\n\r\n", "4\revil\r\n0\r\n\r\n", "4\r\nevil0\r\n\r\n", "+4\r\nevil\r\n0\r\n\r\n",
      "-4\r\nevil\r\n0\r\n\r\n",
      "0x4\r\nevil\r\n0\r\n\r\n", " 4\r\nevil\r\n0\r\n\r\n", "4 ;x\r\nevil\r\n0\r\n\r\n",
      "4;x=\"\n\"\r\nevil\r\n0\r\n\r\n",
      "4;a\rb\r\nevil\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFF4\r\nevil\r\n0\r\n\r\n", "g\r\nevil\r\n0\r\n\r\n",
      ";x\r\nevil\r\n0\r\n\r\n",
      "\r\n0\r\n\r\n", "0\r\nGET /proxy/evil HTTP/1.1\r\nHost: a\r\n\r\n", "0\r\n folded: x\r\n\r\n", "0\r\nA: b\n\r\n",
    ])
    func badChunksEndTheConnection(chunks: String) throws {
      try withGateway { backend, gateway in
        for path in ["/body", "/proxy/x"] {
          let client = try RawClient(port: gateway.port)
          try client.sendRaw(
            "POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)"
              + "GET /proxy/evil HTTP/1.1\r\nHost: a\r\n\r\n")
          let answer = try client.receive()
          #expect(answer == nil || answer?.status == 400, "\(path)")
          #expect(try client.receive() == nil)
        }
        #expect(try gateway.exchange("GET /static").status == 200)
        #expect(!backend.requests.contains { $0.isComplete }, "\(backend.lines)")
      }
    }

    /// Trailers and extensions are no part of what goes on; a body that looks like a request stays a body.
    @Test func whatGoesOnIsFramedAnew() throws {
      try withGateway { backend, gateway in
        let evil = "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n"
        let client = try RawClient(port: gateway.port)
        try client.sendRaw(
          "POST /proxy/x HTTP/1.1\r\nHost: a\r\nTrailer: X-T\r\nTransfer-Encoding: CHUNKED\r\n\r\n"
            + "\(String(evil.utf8.count, radix: 16));a=\"b\";c\r\n\(evil)\r\n000\r\nX-T: 1\r\nContent-Length: 5\r\n\r\n"
        )
        #expect(try client.receive()?.status == 200)
        try client.send("POST /proxy/y", body: Array(evil.utf8))
        #expect(try client.receive()?.status == 200)
        #expect(backend.lines == ["POST /x", "POST /y"])
        #expect(backend.requests.map(\.text) == [evil, evil])
        #expect(backend.requests[0].head["x-t"] == nil)
      }
    }

    @Test(arguments: [
      ("GET /static\r\n\r\n", 400), ("GET /static HTTP/0.9\r\n\r\n", 505), ("GET /static HTTP/2.0\r\n\r\n", 505),
      ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505), ("GET /static HTTP/1.1\r\n\r\n", 400),
      ("GET\t/static HTTP/1.1\r\n\r\n", 400),
      ("GET /static HTTP/1.1 x\r\n\r\n", 400), ("TRACE /proxy/x HTTP/1.1\r\nHost: a\r\n\r\n", 405),
      ("CONNECT evil:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("GET /proxy/..;/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
      ("GET /static HTTP/1.1\r\nHost: a@b\r\n\r\n", 400), ("GET http://u:p@a/static HTTP/1.1\r\nHost: a\r\n\r\n", 400),
      ("\r\n\r\n\r\n\r\n\r\n\r\n", 400),
    ])
    func whatIsNoRequestForUsIsRefused(text: String, status: Int) throws {
      try withGateway { backend, gateway in
        let client = try RawClient(port: gateway.port)
        try client.sendRaw(text)
        #expect(try client.receive()?.status == status)
        #expect(backend.lines.isEmpty)
      }
    }

    /// RFC 9112 §3.2.2.
    @Test func anAbsoluteTargetGoesBeforeHost() throws {
      try withGateway { backend, gateway in
        let client = try RawClient(port: gateway.port)
        try client.sendRaw("GET http://shop.example:81/proxy/x HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        #expect(try client.receive()?.status == 200)
        let request = try #require(backend.requests.first)
        #expect(request.line == "GET /x")
        #expect(request["x-forwarded-host"] == "shop.example:81")
        #expect(!String(decoding: request.head.bytes, as: UTF8.self).contains("evil"))
      }
    }

    @Test func manyParametersCookiesAndHeaders() throws {
      try withGateway(settings: "limits: { headerBytes: 1MiB }\n") { _, gateway in
        let pairs = (0..<60_000).map { "p\($0)=\($0)" }
        let whole = try gateway.exchange("GET /whole?\(pairs.joined(separator: "&"))")
        #expect(whole.text == "60000")
        let list = try gateway.exchange("GET /list?\(String(repeating: "a=1&", count: 200_000))")
        #expect(list.text == "200000")
        let cookies = try gateway.exchange("GET /cookies", headers: ["Cookie: \(pairs.joined(separator: ";"))"])
        #expect(cookies.text == "60000")
        let lines = (0..<256).map { "X-\($0): 1" }
        let headers = try gateway.exchange("GET /headers", headers: Array(lines.dropLast()))
        #expect(headers.text == "256")
        let tooMany = try gateway.exchange("GET /headers", headers: lines)
        #expect(tooMany.status == 431)
      }
    }

    /// More elements than were asked for, joined by their keys.
    @Test func aBatchThatIsAnsweredWithMany() throws {
      let many = "[" + (0..<60_000).map { "{\"k\":\"n\($0)\"}" }.joined(separator: ",") + "]"
      let backend = try ScriptedBackend(json: many)
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          GET /keyed:
            timeout: 60s
            calls: { v: { each: "${[`1`, `2`]}", batch: 50, key: k, request: "GET b1 /keyed?n=${join('', items[].to_string(@))}" } }
            response: "${length(keys(v))}"
        """, backends: [backend.url])
      #expect(try gateway.exchange("GET /keyed").text == "60000")
      try gateway.stopInOrder()
    }

    private func wideObject(_ count: Int) -> String {
      "{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}"
    }

    @Test func deepAndWideBodies() throws {
      try withGateway { _, gateway in
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        let deepest = try gateway.exchange("POST /body", body: deep)
        #expect(deepest.text == deep)
        let tooDeep = try gateway.exchange("POST /body", body: "[\(deep)]")
        #expect(tooDeep.status == 400)
        let open = try gateway.exchange("POST /body", body: String(repeating: "{\"a\":", count: 150_000))
        #expect(open.status == 400)
        let wide = wideObject(80_000)
        let same = try gateway.exchange("POST /body", body: wide).text == wide
        #expect(same)
        let merged = try gateway.exchange("POST /merged", body: wideObject(40_000))
        #expect(merged.text == "40001")
        // Names are decoded and hashed, so that twice as many are over the bound of an expression.
        #expect(try gateway.exchange("POST /merged", body: wide).text == "null")
      }
    }

    /// 200 connections at once, each with as much as it can leave behind.
    @Test func memoryIsBounded() throws {
      let settings = "threads: 1\ntimeouts: { head: 60s, body: 60s, idle: 60s }\n"
      try withGateway(settings: settings) { _, gateway in
        _ = try gateway.exchange("GET /static")
        let before = try gateway.residentBytes()
        let pipelined = Array(String(repeating: "GET /static HTTP/1.1\r\nHost: a\r\n\r\n", count: 4000).utf8)[...]
        let clients = try (0..<200).map { index in
          let client = try RawClient(port: gateway.port, receiveBuffer: 4096)
          switch index % 8 {
          case 0, 1, 2:
            try client.sendRaw("GET /static HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 30_000))
          case 3, 4, 5:
            try client.send("POST /body", headers: ["Content-Length: 1000000"])
            try client.sendRaw(Array(repeating: 0x20, count: 100_000))
          case 6:
            // Nothing behind it is looked at before it is answered, which it never is.
            try client.send("GET /proxy/hang")
            _ = try client.stream.writeSome(pipelined)
          default:
            try client.send("POST /body", headers: ["Transfer-Encoding: chunked"])
            try client.sendRaw(String(repeating: "1;\(String(repeating: "e", count: 200))\r\n \r\n", count: 500))
          }
          return client
        }
        // Everything that was sent has been looked at when a later request is answered.
        #expect(try gateway.exchange("GET /static").status == 200)
        let grown = try gateway.residentBytes() - before
        #expect(grown < 96 << 20, "\(grown >> 20) MiB for \(clients.count) connections")
        for client in clients { client.stream.close() }
      }
    }

    private func withGateway(
      settings: String? = nil, _ body: (ScriptedBackend, GatewayProcess) throws -> Void
    ) throws {
      let backend = try ScriptedBackend { $0.target == "/hang" ? .fault(.hang) : .json("1") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: settings)
      try body(backend, gateway)
      try gateway.stopInOrder()
    }
  }
}
