import Testing

extension Behaviour {
  /// What goes upstream about the client, and whom the gateway believes.
  @Suite struct ForwardingTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        GET /call: { calls: { v: GET b1 /call }, response: { ip: "${client.ip}" } }
        ANY /proxy: { proxy: b1 /proxy }
      """
    static let claims = [
      "Host: shop.example:8080", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https",
      "X-Forwarded-Host: public.example", "Forwarded: for=203.0.113.7;proto=https;host=public.example",
      "X-Request-Id: from-the-client", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ]

    @Test(arguments: ["/call", "/proxy"])
    func claimsOfStrangersAreReplaced(_ path: String) throws {
      let (response, request) = try exchange(path, headers: Self.claims)
      #expect(request["X-Forwarded-For"] == "127.0.0.1")
      #expect(request["X-Forwarded-Proto"] == "http")
      #expect(request["X-Forwarded-Host"] == "shop.example:8080")
      let forwarded = try #require(request["Forwarded"]).lowercased()
      #expect(forwarded.contains("for=127.0.0.1") && forwarded.contains("proto=http"), "\(forwarded)")
      #expect(!forwarded.contains("203.0.113.7") && !forwarded.contains("public.example"), "\(forwarded)")
      #expect(request["Via"]?.hasPrefix("1.1 ") == true)
      let identifier = try #require(response["X-Request-Id"])
      #expect(identifier != "from-the-client" && identifier.count >= 8)
      #expect(request["X-Request-Id"] == identifier)
      let trace = try #require(request["traceparent"])
      #expect(trace.wholeMatch(of: #/00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/#) != nil, "\(trace)")
      #expect(!trace.contains("0af7651916cd43dd8448eb211c80319c"))
    }

    @Test(arguments: ["/call", "/proxy"])
    func claimsOfTrustedProxiesAreBelieved(_ path: String) throws {
      let (response, request) = try exchange(path, headers: Self.claims, trusting: "127.0.0.0/8")
      #expect(request["X-Forwarded-For"] == "203.0.113.7, 127.0.0.1")
      #expect(request["X-Forwarded-Proto"] == "https")
      #expect(request["X-Forwarded-Host"] == "public.example")
      #expect(request["Forwarded"]?.contains("for=203.0.113.7") == true)
      #expect(request["X-Request-Id"] == "from-the-client")
      #expect(response["X-Request-Id"] == "from-the-client")
      #expect(request["traceparent"]?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
      if path == "/call" { #expect(try response.json()["ip"]?.string == "203.0.113.7") }
    }

    @Test func theAddressIsTheLastOneThatIsNoTrustedProxy() throws {
      let chain = ["X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.1.2.3"]
      let (response, _) = try exchange("/call", headers: chain, trusting: "127.0.0.1, 10.0.0.0/8")
      #expect(try response.json()["ip"]?.string == "203.0.113.9")
    }

    @Test(arguments: [
      ("", ["203.0.113.7", "http", "gateway.test"]),
      ("forwardedBy: x-forwarded", ["203.0.113.7", "http", "gateway.test"]),
      ("forwardedBy: forwarded", ["198.51.100.6", "https", "evil.example"]),
    ])
    func oneFamilyOfHeadersIsBelieved(_ setting: String, _ told: [String]) throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "trustedProxies: [127.0.0.1]\n\(setting)\n")
      let claims = [
        "X-Forwarded-For: 203.0.113.7", "Forwarded: for=198.51.100.6;proto=https;host=evil.example",
        "X-Real-IP: 198.51.100.6",
      ]
      for path in ["/call", "/proxy"] { _ = try gateway.exchange("GET \(path)", headers: claims) }
      try gateway.stopInOrder()
      for request in backend.requests {
        #expect(request["X-Real-IP"] == told[0])
        #expect(request["X-Forwarded-For"] == "\(told[0]), 127.0.0.1")
        #expect(request["X-Forwarded-Proto"] == told[1])
        #expect(request["X-Forwarded-Host"] == told[2])
        #expect(
          request["Forwarded"]?.hasSuffix("for=127.0.0.1;proto=\(told[1]);host=\(told[2])") == true,
          "\(request["Forwarded"] ?? "")")
      }
    }

    @Test func aRequestThatComesBackIsALoop() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      for path in ["/call", "/proxy"] {
        #expect(try gateway.exchange("GET \(path)", headers: ["Via: 1.1 weft"]).status == 200)
        let via = try #require(backend.requests.last?["Via"])
        #expect(via.hasPrefix("1.1 weft, 1.1 weft-"))
        #expect(try gateway.exchange("GET \(path)", headers: ["Via: \(via), 1.1 other"]).status == 508)
      }
      #expect(backend.requests.count == 2)
      let other = try GatewayProcess(Self.definition, backends: [backend.url])
      let via = try #require(backend.requests.last?["Via"])
      #expect(try other.exchange("GET /call", headers: ["Via: \(via)"]).status == 200)
      try gateway.stopInOrder()
      try other.stopInOrder()
    }

    @Test func withoutClaimsThereAreHeadersAllTheSame() throws {
      let (response, request) = try exchange("/call", headers: [])
      #expect(try response.json()["ip"]?.string == "127.0.0.1")
      #expect(request["X-Forwarded-For"] == "127.0.0.1")
      #expect(request["X-Forwarded-Host"] == "gateway.test")
      #expect(request["X-Request-Id"] == response["X-Request-Id"])
      #expect(request["traceparent"] != nil)
    }

    @Test func requestsHaveIdentifiersOfTheirOwn() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let identifiers = try (0..<20).map { _ in try gateway.exchange("GET /call")["X-Request-Id"] }
      #expect(Set(identifiers).count == 20)
      try gateway.stopInOrder()
    }

    @Test func viaOfTheClientIsExtended() throws {
      let (_, request) = try exchange("/proxy", headers: ["Via: 1.0 before"])
      #expect(request["Via"]?.contains(#/^1\.0 before, 1\.1 /#) == true)
    }

    private func exchange(
      _ path: String, headers: [String], trusting: String? = nil
    ) throws -> (RawResponse, RecordedRequest) {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: trusting.map { "trustedProxies: [\($0)]\n" })
      let response = try gateway.exchange("GET \(path)", headers: headers)
      try gateway.stopInOrder()
      return (response, try #require(backend.requests.first))
    }
  }
}
