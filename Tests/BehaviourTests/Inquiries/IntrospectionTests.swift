import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Tokens of which their server knows whether they are valid.
  @Suite struct IntrospectionTests {
    private static let jwtSecret = "a secret that is as long as it has to be"
    private static let (client, secret) = ("we:ft", "s3cret +/%")
    private static func settings(_ more: String = "") -> String {
      """
      auth:
        opaque:
          introspection:
            backend: id
            path: /introspect?v=1
            clientId: "we:ft"
            clientSecret: "${env.SECRET}"
            cache: 1h
        fresh: { introspection: { backend: id, path: /introspect, timeout: 10s } }
        brief: { introspection: { backend: id, path: /introspect, cache: 1ms } }
        late: { introspection: { backend: id, path: /introspect, timeout: 1ms } }
        cookie: { introspection: { backend: id, path: /introspect, from: { cookie: session } } }
        both: { introspection: { backend: id, path: /introspect, from: [{ header: authorization, scheme: bearer }, { cookie: session }] } }
        shop: { jwt: { issuer: id, audience: shop, keys: { secret: "${env.JWT_SECRET}" } } }
      log: { access: true, level: debug }
      threads: 1
      listen: { address: "127.0.0.1:0" }
      \(more)
      """
    }
    private static let routes = """
      backends:
        id: { url: "${env.B1}", forward: [authorization, cookie, accept-language] }
        b1: { url: "${env.B1}" }
      routes:
        GET /who: { auth: opaque, response: "${identity}" }
        GET /claims: { auth: opaque, response: "${claims}" }
        GET /fresh: { auth: fresh, response: "${identity.subject}" }
        GET /brief: { auth: brief, response: "${identity.subject}" }
        GET /late: { auth: late, response: 1 }
        GET /scopes: { auth: { provider: opaque, scopes: [orders:read], require: "${claims.tenant == query.tenant}" }, response: 1 }
        GET /any: { auth: { any: [opaque, shop] }, response: "${identity.provider}" }
        GET /apart: { auth: { any: [cookie, shop] }, response: "${identity.provider}" }
        GET /mixed: { auth: { any: [both, shop] }, response: "${identity.provider}" }
        GET /all: { auth: { all: [shop, opaque] }, response: "${identity.provider}" }
        GET /cached: { auth: opaque, cache: 1h, calls: { v: GET b1 /v } }
      """

    private static func start(_ backend: ScriptedBackend) throws -> GatewayProcess {
      try GatewayProcess(
        files: ["gateway.yaml": settings(), "main.yaml": routes],
        environment: ["B1": backend.url, "SECRET": secret, "JWT_SECRET": jwtSecret])
    }

    /// Says of each token that it is somebody's, but for `gone`.
    private static func answer(_ request: RecordedRequest) -> ScriptedAnswer {
      if request.target == "/v" { return .json("7") }
      let token = request.text.dropFirst("token=".count)
      return .json(token == "gone" ? #"{"active":false}"# : #"{"active":true,"sub":"of \#(token)"}"#)
    }

    @Test func anActiveTokenTellsWhoItIs() throws {
      let claims =
        #"{"active":true,"sub":"anna","username":"a","scope":"orders:read x","groups":["buyers"],"plan":"gold","tenant":"a","exp":4102444800}"#
      let backend = try ScriptedBackend(json: claims)
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let missing = try gateway.exchange("GET /who", headers: ["Authorization: Basic YTpi"])
      #expect(missing.status == 401 && missing["WWW-Authenticate"] == #"Bearer realm="opaque""#)
      #expect(backend.lines.isEmpty)
      let headers = ["Authorization: Bearer t+o/k=&", "Cookie: a=1", "Accept-Language: de", "X-Request-Id: mine"]
      #expect(
        try gateway.exchange("GET /who", headers: headers).text
          == #"{"provider":"opaque","subject":"anna","plan":"gold","groups":["buyers"]}"#)
      let asked = try #require(backend.requests.first)
      #expect(asked.line == "POST /introspect?v=1" && asked.text == "token=t%2Bo%2Fk%3D%26")
      #expect(asked["Content-Type"] == "application/x-www-form-urlencoded" && asked["Accept"] == "application/json")
      let basic = Data("we%3Aft:s3cret%20%2B%2F%25".utf8).base64EncodedString()
      #expect(asked["Authorization"] == "Basic \(basic)")
      // Others get the answer, too: nothing tells of the client.
      for name in ["Cookie", "Accept-Language", "X-Forwarded-For", "Forwarded", "X-Real-IP"] {
        #expect(asked[name] == nil, "\(name)")
      }
      #expect(asked["X-Request-Id"] != "mine")
      // Others of the same token are not asked about.
      #expect(try gateway.exchange("GET /claims", headers: headers).text == claims)
      #expect(try gateway.exchange("GET /scopes?tenant=a", headers: headers).status == 200)
      #expect(try gateway.exchange("GET /scopes?tenant=b", headers: headers).status == 403)
      #expect(backend.requests.count == 1)
      let twice = try gateway.exchange("GET /who", headers: [headers[0], headers[0]])
      #expect(twice.status == 401 && backend.requests.count == 1)
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      #expect(log.contains("identity=anna") && !log.contains("t+o/k") && !log.contains("t%2Bo") && !log.contains(basic))
      #expect(!log.contains("s3cret"))
    }

    @Test(arguments: [
      (#"{"active":false}"#, 200, 401, "the token is not active"),
      (#"{"active":true,"exp":1700000000}"#, 200, 401, "the token has ended"),
      (#"{"active":true,"nbf":4102444800}"#, 200, 401, "the token is not valid yet"),
      (#"{"active":"true"}"#, 200, 503, "says what is `active`"), ("<html>", 200, 503, "says what is `active`"),
      (#"{"active":true}"#, 401, 503, "opaque can't be asked: status 401"),
      (#"{"active":true}"#, 500, 503, "opaque can't be asked: status 500"),
      (#"{"active":true,"x":"\#(String(repeating: "x", count: 17_000))"}"#, 200, 503, "longer than 16KiB"),
    ])
    func whatIsNotSaidToBeActiveStaysOut(_ body: String, _ said: Int, _ status: Int, _ why: String) throws {
      let backend = try ScriptedBackend { _ in .json(body, status: said) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let answer = try gateway.exchange("GET /who", token: "t0ken")
      #expect(answer.status == status)
      if status == 401 {
        #expect(answer["WWW-Authenticate"] == #"Bearer realm="opaque", error="invalid_token""#)
        #expect(answer.text == #"{"title":"Unauthorized","status":401,"detail":"the credentials are not valid"}"#)
      } else {
        #expect(answer["Retry-After"] == "1" && !answer.text.contains("active"))
      }
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains("refused=auth") && gateway.child.errors.text.contains(why))
      #expect(!gateway.child.errors.text.contains("t0ken"))
    }

    @Test func whatWasSaidIsKeptAndAskedAgainBehindIt() throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      for _ in 0..<5 {
        #expect(try gateway.exchange("GET /who", token: "anna").text.contains(#""subject":"of anna""#))
        #expect(try gateway.exchange("GET /who", token: "gone").status == 401)
        #expect(try gateway.exchange("GET /who", token: "otto").text.contains(#""subject":"of otto""#))
      }
      #expect(backend.requests.map(\.text) == ["token=anna", "token=gone", "token=otto"])
      // What one provider was told, another was not.
      #expect(try gateway.exchange("GET /fresh", token: "anna").text == #""of anna""#)
      #expect(try gateway.exchange("GET /fresh", token: "anna").text == #""of anna""#)
      #expect(backend.requests.count == 5)
      let deadline = Patience.deadline
      while backend.requests.count < 8, deadline.timeIntervalSinceNow > 0 {
        #expect(try gateway.exchange("GET /brief", token: "anna").text == #""of anna""#)
      }
      #expect(backend.requests.count == 8)
      try gateway.stopInOrder()
    }

    @Test func manyAtOnceAreOneQuestionAndWhoLeavesDoesNotEndIt() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { Self.answer($0).waiting(at: free) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let clients = try (0..<64).map { _ in try RawClient(port: gateway.port) }
      for client in clients { try client.send("GET /fresh", headers: ["Authorization: Bearer anna"]) }
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 64 })
      backend.waitForRequests(1)
      // The first of them may be the one who asked.
      for client in clients.prefix(32) { client.stream.close() }
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 32 })
      #expect(free.arrive())
      for client in clients.dropFirst(32) { #expect(try client.receive()?.text == #""of anna""#) }
      #expect(backend.requests.count == 1 && backend.abandonmentCount == 0)
      try gateway.stopInOrder()
    }

    @Test func anOutageIsToldAndNotKept() throws {
      let backend = try ScriptedBackend { _ in .fault(.close) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let answer = try gateway.exchange("GET /who", token: "anna")
      #expect(answer.status == 503 && answer["Retry-After"] == "1")
      backend.restart { _ in .fault(.hang) }
      #expect(try gateway.exchange("GET /late", token: "anna").status == 503)
      backend.restart { Self.answer($0) }
      #expect(try gateway.exchange("GET /who", token: "anna").status == 200)
      // What was told before serves through the next one.
      backend.restart { _ in .fault(.close) }
      #expect(try gateway.exchange("GET /who", token: "anna").status == 200)
      #expect(try gateway.exchange("GET /who", token: "otto").status == 503)
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains(#/why="late can't be asked: timeout"/#))
    }

    @Test func signedTokensAreForWhoVerifiesThem() throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let signed = TokenIssuer.coded(TokenIssuer.claims("anna", #""iss":"id","aud":"shop""#), secret: Self.jwtSecret)
      #expect(try gateway.exchange("GET /any", token: signed).text == #""shop""#)
      #expect(try gateway.exchange("GET /any", token: signed + "x").status == 401)
      #expect(backend.lines.isEmpty)
      #expect(try gateway.exchange("GET /any", token: "anna").text == #""opaque""#)
      #expect(try gateway.exchange("GET /any").status == 401)
      // Where it is alone, or wanted beside, or looked for elsewhere, it takes those, too.
      #expect(try gateway.exchange("GET /all", token: signed).text == #""shop""#)
      #expect(try gateway.exchange("GET /who", token: signed).status == 200)
      #expect(try gateway.exchange("GET /apart", headers: ["Cookie: session=\(signed)"]).text == #""cookie""#)
      #expect(try gateway.exchange("GET /all", token: "anna").status == 401)
      #expect(backend.requests.count == 3)
      // Place by place, and a scheme has no case.
      #expect(try gateway.exchange("GET /mixed", token: signed).text == #""shop""#)
      #expect(backend.requests.count == 3)
      #expect(try gateway.exchange("GET /mixed", headers: ["Cookie: session=\(signed)"]).text == #""both""#)
      #expect(backend.requests.count == 4)
      try gateway.stopInOrder()
    }

    @Test func whatIsKeptOfAnswersIsForThoseWhoMaySeeIt() throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      for token in ["anna", "otto"] {
        let answer = try gateway.exchange("GET /cached", token: token)
        #expect(answer.text == #"{"v":7}"# && answer["Cache-Control"]?.hasPrefix("private") == true)
        #expect(answer["Vary"]?.contains("authorization") == true)
      }
      #expect(try gateway.exchange("GET /cached", token: "gone").status == 401)
      #expect(backend.lines.filter { $0 == "GET /v" }.count == 1)
      try gateway.stopInOrder()
    }

    @Test func aReloadForgetsWhatWasSaid() throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      #expect(try gateway.exchange("GET /who", token: "gone").status == 401)
      try gateway.write(
        Self.settings().replacing("cache: 1h", with: "cache: 1h\n      invalidStatus: 404"), to: "gateway.yaml")
      #expect(try gateway.reload().text.contains("~ provider opaque: introspection"))
      #expect(try gateway.exchange("GET /who", token: "gone").status == 404)
      #expect(backend.requests.count == 2)
      try gateway.stopInOrder()
    }
  }
}
