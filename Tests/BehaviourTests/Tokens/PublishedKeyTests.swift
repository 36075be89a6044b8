import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Keys that are fetched while requests are served.
  @Suite struct PublishedKeyTests {
    private static let (first, second) = (TokenIssuer.first, TokenIssuer.second)
    private static let routes = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /who: { auth: shop, response: "${claims.sub}" }
      """

    private static func settings(_ keys: String, _ more: String = "") -> String {
      """
      auth: { shop: { jwt: { audience: shop, keys: \(keys), \(more) } } }
      log: { access: true }
      listen: { address: "127.0.0.1:0" }
      """
    }

    private static func anna(_ more: String = "") -> String {
      TokenIssuer.claims("anna", #""aud":"shop""# + (more.isEmpty ? "" : "," + more))
    }

    private static func gateway(
      _ backend: ScriptedBackend?, _ keys: String = #"{ url: "${env.KEYS}" }"#, _ more: String = ""
    ) throws -> GatewayProcess {
      let url = backend?.url ?? "http://127.0.0.1:1"
      return try GatewayProcess(
        files: ["main.yaml": routes, "gateway.yaml": settings(keys, more)],
        environment: ["B1": url, "KEYS": "\(url)/jwks.json?v=s3cret"])
    }

    @Test func aKeyThatIsPublishedLaterIsFetchedOnceItIsNeeded() throws {
      let backend = try ScriptedBackend { _ in .json(TokenIssuer.published(Self.first)) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      let old = Self.first.token(Self.anna())
      #expect(try gateway.exchangeOnceKnown("GET /who", token: old).text == #""anna""#)
      #expect(backend.lines == ["GET /jwks.json?v=s3cret"])
      backend.restart { _ in .json(TokenIssuer.published(Self.second)) }
      let new = Self.second.token(Self.anna())
      for _ in 0..<3 { #expect(try gateway.exchange("GET /who", token: new).text == #""anna""#) }
      // The key is gone, and with it what it has signed, although that was verified before.
      #expect(try gateway.exchange("GET /who", token: old).status == 401)
      #expect(backend.requests.count == 1)
      try gateway.stopInOrder()
      #expect(!gateway.child.errors.text.contains("s3cret"))
    }

    @Test func manyTokensOfUnknownKeysAreOneFetch() throws {
      let backend = try ScriptedBackend { _ in .json(TokenIssuer.published(Self.first)) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      let known = Self.first.token(Self.anna())
      #expect(try gateway.exchangeOnceKnown("GET /who", token: known).status == 200)
      let free = Barrier(2)
      backend.restart { _ in .json(TokenIssuer.published(Self.first, Self.second)).waiting(at: free) }
      let clients = try (0..<100).map { _ in try RawClient(port: gateway.port) }
      for (index, client) in clients.enumerated() {
        // One in ten is good as soon as the keys are there.
        let token =
          index % 10 == 0 ? Self.second.token(Self.anna()) : Self.first.token(Self.anna(), id: "nobody-\(index)")
        try client.send("GET /who", headers: ["Authorization: Bearer \(token)"])
      }
      backend.waitForRequests(1)
      // While it is under way, others are served.
      #expect(try gateway.exchange("GET /who", token: known).status == 200)
      #expect(free.arrive())
      for (index, client) in clients.enumerated() {
        #expect(try client.receive()?.status == (index % 10 == 0 ? 200 : 401))
      }
      for index in 0..<50 {
        #expect(
          try gateway.exchange("GET /who", token: Self.first.token(Self.anna(), id: "more-\(index)")).status == 401)
      }
      #expect(backend.requests.count == 1)
      try gateway.stopInOrder()
    }

    @Test func aClientMayLeaveWhileKeysAreFetched() throws {
      let backend = try ScriptedBackend { _ in .json(TokenIssuer.published(Self.first)) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      #expect(try gateway.exchangeOnceKnown("GET /who", token: Self.first.token(Self.anna())).status == 200)
      let free = Barrier(2)
      backend.restart { _ in .json(TokenIssuer.published(Self.second)).waiting(at: free) }
      let new = Self.second.token(Self.anna())
      let client = try RawClient(port: gateway.port)
      try client.send("GET /who", headers: ["Authorization: Bearer \(new)"])
      backend.waitForRequests(1)
      client.stream.close()
      #expect(gateway.waitForHealth { $0["connections"]?.number == 0 })
      #expect(free.arrive())
      #expect(try gateway.exchangeOnceKnown("GET /who", token: new).status == 200)
      try gateway.stopInOrder()
    }

    @Test func withoutKeysNobodyCanTellAndThenTheyAreTriedAgain() throws {
      let backend = try ScriptedBackend { _ in .json("{}", status: 500) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      let answer = try gateway.exchange("GET /who", token: Self.first.token(Self.anna()))
      #expect(answer.status == 503 && answer["Retry-After"] == "1")
      #expect(try gateway.exchange("GET /who").status == 401)
      #expect(gateway.logs(#/keys can't be fetched.* why="?http:\/\/127.0.0.1:\d+\/jwks.json: status 500/#))
      backend.restart { _ in .json(TokenIssuer.published(Self.first)) }
      #expect(try gateway.exchangeOnceKnown("GET /who", token: Self.first.token(Self.anna())).status == 200)
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains(#/status=503 refused=auth why="there are no keys of shop yet"/#))
    }

    @Test func oldKeysServeWhileNewOnesCanNotBeHad() throws {
      let backend = try ScriptedBackend { _ in .json(TokenIssuer.published(Self.first)) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      let known = Self.first.token(Self.anna())
      #expect(try gateway.exchangeOnceKnown("GET /who", token: known).status == 200)
      backend.restart { _ in .fault(.close) }
      #expect(try gateway.exchange("GET /who", token: Self.second.token(Self.anna())).status == 503)
      #expect(try gateway.exchange("GET /who", token: known).status == 200)
      #expect(try gateway.exchange("GET /who", token: Self.first.token(Self.anna(#""n":1"#))).status == 200)
      try gateway.stopInOrder()
    }

    @Test(arguments: [
      ("{}", "is no JWK set"), ("[]", "is no JSON object"), ("<html>", "is no JSON object"),
      (#"{"keys":[]}"#, "holds no key that can be used"),
      (#"{"keys":[],"keys":[]}"#, "is no JSON object of unique members"),
      (
        #"{"keys":[{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC0","kid":"first"}]}"#,
        "a secret that was published"
      ),
    ])
    func whatIsNoKeysIsNotUsed(_ text: String, _ why: String) throws {
      let backend = try ScriptedBackend { _ in .json(text) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      #expect(gateway.logs("keys can't be fetched") && gateway.logs(why))
      #expect(try gateway.exchange("GET /who", token: Self.first.token(Self.anna())).status == 503)
      try gateway.stopInOrder()
    }

    @Test func aDocumentHasABoundAndNoRedirectIsFollowed() throws {
      let backend = try ScriptedBackend { _ in
        .json(TokenIssuer.published(Self.first) + String(repeating: " ", count: 300_000))
      }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      #expect(gateway.logs("larger than maxResponse"))
      backend.restart { _ in
        var answer = ScriptedAnswer.json("{}", status: 302)
        answer.headers = ["Location: /other.json"]
        return answer
      }
      #expect(gateway.logs("status 302"))
      #expect(backend.lines.allSatisfy { !$0.contains("other") })
      #expect(try gateway.exchange("GET /who", token: Self.first.token(Self.anna())).status == 503)
      try gateway.stopInOrder()
    }

    @Test func aReloadKeepsThemWhereTheyAreTheSame() throws {
      let backend = try ScriptedBackend { _ in .json(TokenIssuer.published(Self.first)) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend)
      let token = Self.first.token(Self.anna())
      #expect(try gateway.exchangeOnceKnown("GET /who", token: token).status == 200)
      try gateway.write(Self.routes + "\n  GET /new: { auth: shop, response: 1 }\n")
      #expect(try gateway.reload().text.hasSuffix("+ GET /new\n"))
      #expect(try gateway.exchange("GET /new", token: token).status == 200)
      let url = #"{ url: "${env.KEYS}" }"#
      try gateway.write(Self.settings(url, "invalidStatus: 403"), to: "gateway.yaml")
      #expect(try gateway.reload().text.contains("~ provider shop: jwt"))
      #expect(try gateway.exchange("GET /who", token: token).status == 200)
      #expect(try gateway.exchange("GET /who", token: token + "x").status == 403)
      #expect(backend.requests.count == 1)
      try gateway.write(Self.settings(#"{ url: "${env.B1}/others.json" }"#), to: "gateway.yaml")
      #expect(try gateway.reload().status == 200)
      #expect(try gateway.exchangeOnceKnown("GET /who", token: token).status == 200)
      #expect(backend.lines == ["GET /jwks.json?v=s3cret", "GET /others.json"])
      try gateway.stopInOrder()
    }

    @Test func keysOfABackendOfTheDefinitions() throws {
      let backend = try ScriptedBackend { _ in .json(TokenIssuer.published(Self.first)) }
      defer { backend.stop() }
      let gateway = try Self.gateway(backend, "{ backend: b1, path: /keys }")
      #expect(try gateway.exchangeOnceKnown("GET /who", token: Self.first.token(Self.anna())).status == 200)
      #expect(backend.lines == ["GET /keys"])
      try gateway.stopInOrder()
    }

    // MARK: Discovery

    @Test func discoveryFindsTheKeysOfTheIssuer() throws {
      let backend = try ScriptedBackend { _ in .fault(.close) }
      defer { backend.stop() }
      let url = backend.url
      backend.restart { request in
        request.target == "/keys"
          ? .json(TokenIssuer.published(Self.first))
          : .json(#"{"issuer":"\#(url)","jwks_uri":"\#(url)/keys"}"#)
      }
      for (keys, more) in [
        ("discovery", #"issuer: "${env.B1}""#),
        (#"{ discovery: "${env.B1}/.well-known/openid-configuration" }"#, "leeway: 1s"),
      ] {
        let gateway = try Self.gateway(backend, keys, more)
        let token = Self.first.token(Self.anna(#""iss":"\#(url)""#))
        #expect(try gateway.exchangeOnceKnown("GET /who", token: token).status == 200, "\(keys)")
        // Its issuer counts either way.
        for issuer in [#""iss":"\#(url)/""#, #""iss":"http://other""#, #""n":1"#] {
          #expect(
            try gateway.exchange("GET /who", token: Self.first.token(Self.anna(issuer))).status == 401, "\(issuer)")
        }
        try gateway.stopInOrder()
      }
      let lines = ["GET /.well-known/openid-configuration", "GET /keys"]
      #expect(backend.lines == lines + lines)
    }

    @Test(arguments: [
      ("http://other", "URL/keys", "is of another issuer"), ("URL/", "URL/keys", "is of another issuer"),
      ("URL", "http://other.example/keys", "a jwks_uri without TLS"), ("URL", "/keys", "a jwks_uri that is no URL"),
      ("URL", "file:///etc/passwd", "a jwks_uri that is no URL"),
    ])
    func metadataThatIsNotRightIsNotBelieved(_ issuer: String, _ keys: String, _ why: String) throws {
      let backend = try ScriptedBackend { _ in .fault(.close) }
      defer { backend.stop() }
      let url = backend.url
      let (issuer, keys) = (issuer.replacing("URL", with: url), keys.replacing("URL", with: url))
      backend.restart { request in
        request.target == "/keys"
          ? .json(TokenIssuer.published(Self.first)) : .json(#"{"issuer":"\#(issuer)","jwks_uri":"\#(keys)"}"#)
      }
      let gateway = try Self.gateway(backend, "discovery", #"issuer: "${env.B1}""#)
      #expect(gateway.logs(why))
      #expect(try gateway.exchange("GET /who", token: Self.first.token(Self.anna(#""iss":"\#(url)""#))).status == 503)
      #expect(!backend.lines.contains("GET /keys"))
      try gateway.stopInOrder()
    }

    // MARK: TLS

    /// A gateway of its own publishes the keys.
    @Test func keysComeOverTLSThatIsVerified() throws {
      let publisher = try TLSGateway(
        routes: """
          routes:
            GET /jwks.json:
              response: \(TokenIssuer.published(Self.first))
              responseHeaders: { cache-control: max-age=600 }
          """)
      let url = publisher.url("/jwks.json")
      let token = Self.first.token(Self.anna())
      let trusting = try Self.gateway(nil, "{ url: \"\(url)\", tls: { ca: \(publisher.authority.certificate) } }")
      #expect(try trusting.exchangeOnceKnown("GET /who", token: token).text == #""anna""#)
      try trusting.stopInOrder()
      let other = try Self.gateway(nil, url)
      #expect(other.logs("keys can't be fetched"))
      #expect(try other.exchange("GET /who", token: token).status == 503)
      try other.stopInOrder()
      try publisher.process.stopInOrder()
    }
  }
}
