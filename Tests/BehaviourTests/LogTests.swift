import Testing

extension Behaviour {
  /// Standard error: what the lines say, and what happens when nobody reads them.
  @Suite struct LogTests {
    private static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        GET /static: { response: { a: 1 } }
        GET /word/:word: { response: { word: "${path.word}" } }
        GET /page/:id:
          calls:
            user: { request: "GET b1 /user/${path.id}", fallback: null }
          response: { user: "${user}" }
        GET /upper/:word: { response: { a: "${abs(path.word)}", b: [ "${path.word | length(@) | upper(@)}" ] } }
        ANY /raw/*rest: { proxy: "b1 /${path.rest}", timeout: 200ms }
      """
    private static let accessLog = "log: { access: true }"

    @Test func anAccessLineTellsRouteOutcomeStatusBytesAndRequest() throws {
      let backend = try ScriptedBackend { request in
        switch request.target {
        case "/user/1": .json("1")
        case "/large?secret=1": .json("[1,2,3]")
        case "/hangs": .fault(.hang)
        default: .json("{}", status: 500)
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.accessLog)
      for target in ["/page/1", "/page/2", "/raw/large?secret=1", "/raw/hangs", "/nowhere", "/word/a%22b"] {
        _ = try gateway.exchange("GET \(target)")
      }
      try gateway.stopInOrder()
      let lines = gateway.child.errors.text.split(separator: "\n").filter { $0.contains(" info request ") }
      let expected: [Regex<Substring>] = [
        #/.* info request route="GET \/page\/:id" method=GET status=200 bytes=10 ms=\d+ client=127\.0\.0\.1 request=\w+ trace=\w{32} protocol=HTTP\/1\.1 host=\S+ calls="user=\d+" path=\/page\/1/#,
        #/.* route="GET \/page\/:id" method=GET status=200 outcome="user;outcome=status;used=fallback;status=500;dur=\d+" bytes=\d+ .* calls="user=\d+!status" path=\/page\/2/#,
        #/.* route="ANY \/raw\/\*rest" method=GET status=200 bytes=7 .* calls="b1=\d+" path=\/raw\/large/#,
        #/.* route="ANY \/raw\/\*rest" method=GET status=504 outcome=timeout bytes=\d+ .* calls="b1=\d+!timeout" path=\/raw\/hangs/#,
        #/.* info request method=GET status=404 bytes=\d+ .* path=\/nowhere/#,
        #/.* route="GET \/word\/:word" method=GET status=200 bytes=15 .* path=\/word\/a%22b/#,
      ]
      #expect(lines.count == expected.count)
      for (line, pattern) in zip(lines, expected) { #expect(line.wholeMatch(of: pattern) != nil, "\(line)") }
    }

    @Test func anExpressionThatFailsIsToldWithItsReasonAndNoValue() throws {
      let gateway = try GatewayProcess(Self.definition, backends: ["http://127.0.0.1:1"])
      _ = try gateway.exchange("GET /upper/secret")
      try gateway.stopInOrder()
      let lines = gateway.child.errors.text.split(separator: "\n").filter { $0.contains("expression failed") }
      let expected: Regex<Substring> =
        #/.* info expression failed fields="a, b\[0\]" reason="\$\{abs\(path\.word\)\} failed: .*; \$\{path\.word .*\} failed: .*" .*/#
      #expect(lines.count == 1 && lines[0].wholeMatch(of: expected) != nil, "\(lines)")
      #expect(!lines.contains { $0.contains("secret") })
    }

    /// Nothing of what came stands in the line but where the request was understood.
    @Test func whatIsNoRequestHasAnAccessLine() throws {
      let gateway = try GatewayProcess(
        files: ["main.yaml": Self.definition, "gateway.yaml": Self.accessLog + "\nlimits: { headerBytes: 1KiB }"],
        environment: ["B1": "http://127.0.0.1:1"])
      var answers: [RawResponse?] = []
      for text in [
        "evil=1\u{1B}[2J\n info request status=200\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{7}evil\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: evil\r\n\r\n", "GET / HTTP/1.1\r\nX: \(String(repeating: "evil", count: 300))\r\n",
        "POST /raw/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nevil\r\n",
      ] {
        let client = try RawClient(port: gateway.port)
        try client.sendRaw(Array(text.utf8))
        answers.append(try client.receive())
      }
      try gateway.stopInOrder()
      let lines = gateway.child.errors.text.split(separator: "\n").filter { $0.contains(" info request ") }
      let tail = #" bytes=\d+ client=127\.0\.0\.1 request=(\w+)"#
      let expected = [
        #"status=400 refused=request why="a line ends with a bare LF""# + tail,
        #"status=400 refused=request why="a header line has a control character""# + tail,
        #"status=505 refused=request why="HTTP/1\.1 is spoken here""# + tail,
        #"status=431 refused=request why="the request head is longer than 1024 bytes""# + tail,
        #"route="ANY /raw/\*rest" method=POST status=400 refused=body why="[^"]+" bytes=\d+ ms=\d+ client=\S+ request=(\w+) .* path=/raw/x"#,
      ]
      #expect(lines.count == expected.count, "\(lines)")
      for (index, (line, pattern)) in zip(lines, expected).enumerated() {
        let match = try Regex(".* info request " + pattern, as: (Substring, Substring).self).wholeMatch(in: line)
        #expect(match?.1 == answers[index]?.head["x-request-id"].map { $0[...] }, "\(line)")
        #expect(!line.contains("evil"))
      }
    }

    @Test func aClientThatLeavesIsInTheLog() throws {
      let backend = try ScriptedBackend { _ in .fault(.hang) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.accessLog)
      try gateway.leave("GET /page/1", after: 1, of: backend)
      #expect(backend.waitForAbandonments(1))
      let line = gateway.child.errors.wait {
        $0.firstMatch(of: #/route="GET \/page\/:id" method=GET end=cut-off bytes=0 .*/#)
      }
      #expect(line != nil)
      try gateway.stopInOrder()
    }

    @Test func aReaderOfTheLogWhoStallsStallsNobody() throws {
      let gateway = try GatewayProcess(
        files: ["main.yaml": Self.definition, "gateway.yaml": Self.accessLog],
        environment: ["B1": "http://127.0.0.1:1"],
        readsErrors: false)
      // More than the pipe and the gateway hold together, by far.
      let word = String(repeating: "x", count: 2000)
      let client = try RawClient(port: gateway.port)
      let count = 2000
      for _ in 0..<count {
        try client.send("GET /word/\(word)")
        let answer = try #require(try client.receive())
        #expect(answer.status == 200)
      }
      gateway.child.errors.begin()
      let text = gateway.child.errors.wait { text in
        text.firstMatch(of: #/ warning log lines were dropped count=(\d+)\n/#).map { (text, Int($0.1) ?? 0) }
      }
      let (log, dropped) = try #require(text)
      let lines = log.split(separator: "\n").filter { $0.contains(" info request ") }
      #expect(dropped > 0 && lines.count + dropped == count)
      #expect(lines.allSatisfy { $0.hasSuffix(" path=/word/\(word)") }, "lines are whole")
      _ = try gateway.exchange("GET /static")
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.hasSuffix(" path=/static\n"), "what is logged last is written before the end")
    }

    @Test func aReaderOfTheLogWhoStallsDoesNotKeepTheGatewayFromEnding() throws {
      let gateway = try GatewayProcess(
        files: ["main.yaml": Self.definition, "gateway.yaml": Self.accessLog],
        environment: ["B1": "http://127.0.0.1:1"],
        readsErrors: false)
      let client = try RawClient(port: gateway.port)
      for _ in 0..<100 {
        try client.send("GET /word/\(String(repeating: "x", count: 2000))")
        #expect(try client.receive()?.status == 200)
      }
      gateway.child.terminate()
      // Not by waiting for the end of its outputs, of which one has no reader yet.
      #expect(gateway.child.waitForStatus() == 0)
      gateway.child.errors.begin()
    }
  }
}
