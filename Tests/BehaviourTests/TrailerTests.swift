import Testing

extension Behaviour {
  /// What stands behind a backend's chunks, byte by byte at a raw client.
  @Suite struct TrailerTests {
    private static let head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
    private static let plain = "2\r\nok\r\n0\r\n\r\n"

    /// A backend that answers `GET /NAME` with these lines behind its body.
    private func withGateway(_ sections: [String: String], _ body: (GatewayProcess) throws -> Void) throws {
      let backend = try ScriptedBackend { request in
        let name = String(request.line.split(separator: " ")[1].dropFirst())
        guard let section = sections[name] else { return .json("17") }
        var answer = ScriptedAnswer()
        answer.raw = Array("\(Self.head)\(section)\r\n".utf8)
        return answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          ANY /p/:n: { proxy: "b1 /${path.n}" }
          GET /z/:n: { compress: { min: 1B }, proxy: "b1 /${path.n}" }
          GET /s/:n: { secure: true, proxy: "b1 /${path.n}" }
          GET /call/:n: { calls: { v: { request: "GET b1 /${path.n}", as: text } } }
        """, backends: [backend.url], gateway: "threads: 1\n")
      try body(gateway)
      try gateway.stopInOrder()
    }

    /// The head, and what comes up to the end of the trailers.
    private func ask(_ client: RawClient, _ name: String, _ route: String = "p") throws -> (
      head: MessageHead, rest: String
    ) {
      try client.send("GET /\(route)/\(name)")
      let head = try #require(try client.stream.readHead())
      let rest = try client.stream.read(through: Array("\r\n\r\n".utf8)) ?? []
      return (head, String(decoding: rest, as: UTF8.self))
    }

    @Test func trailersArePassedOnWithTheirConnection() throws {
      try withGateway(["sum": "X-Sum: 1\r\nx-sum:  2\r\nContent-Digest: d\r\n"]) { gateway in
        let client = try RawClient(port: gateway.port)
        for _ in 0..<3 {
          let answer = try ask(client, "sum")
          #expect(answer.head["trailer"] == "X-Sum" && answer.head["x-sum"] == nil)
          #expect(answer.rest == "2\r\nok\r\n0\r\nX-Sum: 1\r\nx-sum:  2\r\nContent-Digest: d\r\n\r\n")
          // Nothing of it is left for the next.
          try client.send("GET /p/none")
          let next = try client.receive()
          #expect(next?.text == "17" && next?["x-sum"] == nil && next?["trailer"] == nil)
        }
        let call = try gateway.exchange("GET /call/sum")
        #expect(call.text == #"{"v":"ok"}"# && call["x-sum"] == nil)
      }
    }

    @Test func whoCantHaveThemGetsNone() throws {
      try withGateway(["sum": "X-Sum: 1\r\n"]) { gateway in
        let old = try RawClient(port: gateway.port)
        try old.sendRaw("GET /p/sum HTTP/1.0\r\nHost: a\r\n\r\n")
        let answer = try old.receive()
        #expect(answer?.text == "ok" && answer?["trailer"] == nil)
        let client = try RawClient(port: gateway.port)
        try client.send("HEAD /p/sum")
        #expect(try client.receive(method: "HEAD")?["x-sum"] == nil)
      }
    }

    @Test func hostileTrailersAreLeftOut() throws {
      let names = [
        "Content-Length", "Transfer-Encoding", "Set-Cookie", "Connection", "Trailer", "Host", "Authorization", "Vary",
        "Content-Type", "Content-Encoding", "Location", "Via", "X-Request-Id", "X-Forwarded-For", "Weft-Outcome",
        "Access-Control-Allow-Origin", "If-Match", "Cache-Control", "Proxy-Authenticate", "X Y", "", "X-Nul\0",
      ]
      let hostile = names.map { "\($0): 1\r\n" }.joined()
      let sections = [
        "names": hostile + "X-Sum: 1\r\nno field\r\nX-Control: a\u{1}b\r\n",
        "many": String(repeating: "X-Sum: 1\r\n", count: 2000),
      ]
      try withGateway(sections) { gateway in
        let client = try RawClient(port: gateway.port)
        #expect(try ask(client, "names").rest == "2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n")
        #expect(try ask(client, "many").rest == Self.plain)
        try client.send("GET /p/none")
        #expect(try client.receive()?.text == "17")
      }
    }

    /// What policies take out of a head does not come behind the body instead.
    @Test func policiesCountForThem() throws {
      let section = "Server: b\r\nX-Sum: 1\r\nx-powered-by: b\r\nReferrer-Policy: unsafe-url\r\n"
      try withGateway(["sum": section]) { gateway in
        let client = try RawClient(port: gateway.port)
        #expect(try ask(client, "sum", "s").rest == "2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n")
        #expect(try ask(client, "sum").rest == "2\r\nok\r\n0\r\n\(section)\r\n")
      }
    }

    /// A digest of the plain body is none of the compressed one.
    @Test func noDigestComesBehindACompressedBody() throws {
      try withGateway(["sum": "Content-Digest: d\r\nX-Sum: 1\r\nRepr-Digest: d\r\n"]) { gateway in
        let client = try RawClient(port: gateway.port)
        try client.send("GET /z/sum", headers: ["Accept-Encoding: gzip"])
        #expect(try client.stream.readHead()?["content-encoding"] == "gzip")
        let end = Array("\r\n0\r\nX-Sum: 1\r\n\r\n".utf8)
        #expect(try client.stream.read(through: end) != nil)
        try client.send("GET /z/sum")
        #expect(try client.stream.readHead()?["content-encoding"] == nil)
        let plain = try client.stream.read(through: Array("Repr-Digest: d\r\n\r\n".utf8))
        #expect(plain != nil)
      }
    }

    @Test func linesThatEndInTwoWaysOrAreTooLongBreakTheAnswerOff() throws {
      let sections = [
        "cr": "X-Sum: 1\rX-Evil: 1\r\n", "large": "X-Sum: \(String(repeating: "x", count: 20_000))\r\n",
      ]
      try withGateway(sections) { gateway in
        for name in sections.keys {
          let client = try RawClient(port: gateway.port)
          try client.send("GET /p/\(name)")
          let answer = try client.receive()
          #expect(answer?.status != 200 || answer?.isComplete == false, "\(answer as Any)")
        }
      }
    }
  }
}
