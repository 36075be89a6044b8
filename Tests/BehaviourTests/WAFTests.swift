import Testing

extension Behaviour {
  /// What of `waf` takes more than a request and its answer: the log, reloads, long bodies, many at once, HTTP/2.
  @Suite struct WAFTests {
    private static let agent = "User-Agent: test"
    private static let attack = "/?q=%3Cscript%3Ealert(47zz11)%3C/script%3E"

    @Test func theLogHasTheRulesAndNothingOfWhatWasSent() throws {
      let gateway = try GatewayProcess(
        """
        defaults: { waf: { rules: crs } }
        routes:
          GET /block/*rest: { response: 1 }
          GET /detect/*rest: { waf: { rules: crs, mode: detect }, response: 1 }
        """, gateway: "log: { access: true }")
      #expect(try gateway.exchange("GET /block\(Self.attack)", headers: [Self.agent]).status == 403)
      #expect(try gateway.exchange("GET /detect\(Self.attack)", headers: [Self.agent]).status == 200)
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      let rules = #/941100 critical: XSS Attack Detected via libinjection; .*949110 critical: Inbound Anomaly Score/#
      let lines = log.split(separator: "\n")
      let refused = lines.first { $0.contains("route=\"GET /block/*rest\" method=GET status=403 refused=waf why=\"") }
      #expect(refused?.contains(rules) == true, "\(log)")
      let told = lines.first { $0.contains("notice the waf would have refused") }
      #expect(told?.contains(rules) == true && told?.contains("status=403") == true, "\(log)")
      #expect(told?.contains("route=\"GET /detect/*rest\"") == true && told?.contains(" request=") == true, "\(log)")
      #expect(!log.contains("47zz11") && !log.contains("script"), "\(log)")
    }

    /// What is no text in a header is inspected as it came, beside lines of its name that are.
    @Test func bytesOfHeadersAreInspectedAsTheyCame() throws {
      let gateway = try GatewayProcess(files: [
        "own.conf": #"SecRule REQUEST_HEADERS:X-Odd "@rx \xfe$" "id:1,phase:1,deny""#,
        "main.yaml": "routes: { GET /a: { waf: { rules: own.conf }, response: 1 } }\n",
      ])
      for (last, status): (UInt8, Int) in [(0xFE, 403), (0xFF, 200)] {
        let client = try RawClient(port: gateway.port)
        let head = "GET /a HTTP/1.1\r\nHost: x\r\nX-Odd: text\r\nX-Odd: a"
        try client.sendRaw(Array(head.utf8) + [last] + Array("\r\n\r\n".utf8))
        #expect(try client.receive()?.status == status)
      }
      try gateway.stopInOrder()
    }

    /// A flood of one finding is one line in a while, and other findings are told beside it.
    @Test func whatWouldBeRefusedIsToldOnceInAWhile() throws {
      let gateway = try GatewayProcess(files: [
        "own.conf": """
        SecRule ARGS:q "@streq tea" "id:1,phase:1,deny,msg:'no tea'"
        SecRule ARGS:q "@streq milk" "id:2,phase:1,deny,msg:'no milk'"

        """, "main.yaml": "routes: { GET /a: { waf: { rules: own.conf, mode: detect }, response: 1 } }\n",
      ])
      for word in ["tea", "tea", "milk", "tea", "milk"] {
        #expect(try gateway.exchange("GET /a?q=\(word)").status == 200)
      }
      try gateway.stopInOrder()
      let told = gateway.child.errors.text.split(separator: "\n").filter { $0.contains("the waf would have refused") }
      #expect(told.count == 2 && told[0].contains("no tea") && told[1].contains("no milk"), "\(told)")
    }

    @Test func rulesThatChangedCountAfterAReload() throws {
      func rule(_ word: String) -> String { "SecRule ARGS:q \"@streq \(word)\" \"id:1,phase:1,deny,msg:'not that'\"\n" }
      let gateway = try GatewayProcess(files: [
        "own.conf": rule("tea"), "main.yaml": "routes: { GET /a: { waf: { rules: own.conf }, response: 1 } }\n",
      ])
      func statuses() throws -> [Int] { try ["tea", "milk"].map { try gateway.exchange("GET /a?q=\($0)").status } }
      #expect(try statuses() == [403, 200])
      #expect(try gateway.reload().text == "nothing changed\n")
      try gateway.write(rule("milk"), to: "own.conf")
      #expect(try gateway.reload().text == "~ file \(gateway.path)/own.conf\n")
      #expect(try statuses() == [200, 403])
      try gateway.write("SecRuul x\n", to: "own.conf")
      let refused = try gateway.reload()
      #expect(refused.status == 422 && refused.text.contains("own.conf. Line: 1"), "\(refused)")
      #expect(try statuses() == [200, 403])
      try gateway.stopInOrder()
    }

    /// Who only looks keeps nobody from sending more than he looks at.
    @Test func aBodyThatIsTooLongToLookAtStreamsOnWhereNothingIsRefused() throws {
      let backend = try ScriptedBackend { .json("\($0.body.count)") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /detect: { waf: { rules: crs, mode: detect }, proxy: "b1 /x" }
          POST /block: { waf: { rules: crs }, proxy: "b1 /x" }
        """, backends: [backend.url], gateway: "limits: { bodyBytes: 8KiB }")
      let body = String(repeating: "x", count: 100_000)
      let chunked = "186A0\r\n\(body)\r\n0\r\n\r\n"
      for (path, status) in [("/detect", 200), ("/block", 413)] {
        let known = try gateway.exchange("POST \(path)", headers: [Self.agent], body: body)
        #expect(known.status == status && (status != 200 || known.text == "100000"), "\(known)")
        let client = try RawClient(port: gateway.port)
        try client.send("POST \(path)", headers: [Self.agent, "Transfer-Encoding: chunked"])
        try client.sendRaw(chunked)
        let unknown = try #require(try client.receive())
        #expect(unknown.status == status && (status != 200 || unknown.text == "100000"), "\(unknown)")
      }
      #expect(gateway.logs("notice the waf did not look at a body that is too long"))
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    /// A rule that takes its time over each of these values, and one thread for all of them.
    @Test func moreThanCanBeLookedAtAreTurnedAway() throws {
      let gateway = try GatewayProcess(files: [
        "slow.conf": "SecRule ARGS \"@rx ^(?:a+)+$\" \"id:1,phase:1,deny\"\n", "gateway.yaml": "threads: 1\n",
        "main.yaml": """
        routes:
          GET /slow: { waf: { rules: slow.conf }, response: 1 }
          GET /other: { response: 2 }
        """,
      ])
      let value = "a=" + String(repeating: "a", count: 40) + "b&"
      let query = String(repeating: value, count: 60)
      func answers() throws -> [RawResponse] {
        let clients = try (0..<300).map { _ in try RawClient(port: gateway.port) }
        for client in clients { try client.send("GET /slow?\(query)") }
        #expect(try gateway.exchange("GET /other").text == "2")
        return try clients.map { try #require(try $0.receive()) }
      }
      let all = try answers()
      let refused = all.filter { $0.status == 503 }
      #expect(all.allSatisfy { [200, 503].contains($0.status) })
      #expect(refused.count >= 43 && refused.count < 300, "\(refused.count)")
      #expect(refused.allSatisfy { $0["Retry-After"] == "1" && $0.text.contains("wait to be inspected") })
      #expect(try gateway.exchange("GET /slow?a=1").status == 200)
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    @Test func overHTTP2ItIsTheSame() throws {
      let backend = try ScriptedBackend { .json("\($0.body.count)") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        defaults: { waf: { rules: crs } }
        routes:
          POST /read: { response: "${body.name}" }
          POST /proxy: { proxy: "b1 /x" }
        """, backends: [backend.url], gateway: "listen: { address: \"127.0.0.1:0\", http2: cleartext }")
      let client = try HTTP2Client(port: gateway.port)
      let fields = [("user-agent", "test"), ("content-type", "application/json")]
      for (id, path, body, status): (UInt32, String, String, Int) in [
        (1, "/read", #"{"name":"shoes"}"#, 200), (3, "/read", #"{"name":"<script>alert(1)</script>"}"#, 403),
        (5, "/proxy", #"{"name":"shoes"}"#, 200), (7, "/proxy", #"{"name":"1' or '1'='1"}"#, 403),
      ] {
        try client.request(id, "POST", path, fields, ends: false)
        try client.data(id, Array(body.utf8), ends: true)
        #expect(try client.wait { client.answers[id]?.status == status }, "\(path) \(body)")
      }
      try gateway.stopInOrder()
    }
  }
}
