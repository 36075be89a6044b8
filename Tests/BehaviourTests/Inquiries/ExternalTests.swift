import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Services that decide who may come in.
  @Suite struct ExternalTests {
    static let settings = """
      auth:
        decide:
          external:
            request: "GET authz /check?method=${client.method}&path=${client.path}"
            headers: { x-token: "${headers.authorization}", x-key: "${env.SECRET}" }
            ttl: 1h
        policy:
          external:
            request: POST authz /policy
            body: { token: "${headers.authorization}", resource: "${client.path}" }
            from: { header: authorization, scheme: Bearer }
            allow: "${@.policyDocument.Statement[0].Effect == 'Allow'}"
            subject: "${@.principalId}"
            invalidStatus: 403
        forwarded: { external: { request: GET authz /forwarded, ttl: 1h } }
        open: { external: { request: "GET authz /open?a=${query.a}", failOpen: true } }
        lax: { external: { request: "GET authz /lax?m=${client.method}", allow: "${ok}" } }
        strict: { external: { request: "GET authz /tenants/${query.tenant}" } }
        keys: { apiKey: { keys: keys.yaml } }
      log: { access: true, level: debug }
      threads: 1
      listen: { address: "127.0.0.1:0" }
      """
    // The key is foo.
    private static let keys = "[{ id: acme, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae }]"
    private static let routes = """
      backends:
        authz: { url: "${env.B1}", forward: [authorization, accept-language], retry: { attempts: 3, backoff: 1ms, budget: 100% } }
        b1: { url: "${env.B1}" }
      routes:
        ANY /who: { auth: decide, response: { identity: "${identity}", claims: "${claims}" } }
        GET /files/:name: { auth: decide, response: "${path.name}" }
        GET /policy: { auth: policy, response: "${identity.subject}" }
        GET /forwarded: { auth: forwarded, response: 1 }
        GET /open: { auth: open, response: [ "${identity}", "${claims}" ] }
        GET /careful: { auth: { provider: open, require: "${claims.vip}" }, response: 1 }
        GET /lax: { auth: lax, response: 1 }
        GET /strict: { auth: strict, response: 1 }
        GET /any: { auth: { any: [keys, policy] }, response: "${identity.provider}" }
        GET /all: { auth: { all: [keys, decide] }, response: [ "${identity.subject}", "${claims.tenant}" ] }
        GET /cached: { auth: decide, cache: 1h, calls: { v: GET b1 /v } }
      """

    static func start(_ backend: ScriptedBackend) throws -> GatewayProcess {
      try GatewayProcess(
        files: ["gateway.yaml": settings, "main.yaml": routes, "keys.yaml": keys],
        environment: ["B1": backend.url, "SECRET": "s3cret"])
    }

    @Test func itLetsInAndItsBodyIsTheClaims() throws {
      let backend = try ScriptedBackend(json: #"{"sub":"anna","groups":["a"],"n":1.50}"#)
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let headers = ["Authorization: Bearer t0ken", "X-Request-Id: mine", "Accept-Language: de"]
      #expect(
        try gateway.exchange("GET /who?x=1", headers: headers).text
          == #"{"identity":{"provider":"decide","subject":null,"plan":null,"groups":["a"]},"claims":{"sub":"anna","groups":["a"],"n":1.50}}"#
      )
      let asked = try #require(backend.requests.first)
      #expect(asked.line == "GET /check?method=GET&path=%2Fwho")
      #expect(asked["X-Token"] == "Bearer t0ken" && asked["X-Key"] == "s3cret")
      // The backend's `forward` counts, and nothing else tells of the client.
      #expect(asked["Authorization"] == "Bearer t0ken" && asked["Accept-Language"] == "de")
      for name in ["X-Forwarded-For", "Forwarded", "X-Real-IP"] { #expect(asked[name] == nil, "\(name)") }
      #expect(asked["X-Request-Id"] != "mine")
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      #expect(!log.contains("t0ken") && !log.contains("s3cret"))
    }

    /// It would be asked about both as one text, and a proxied backend would get two.
    @Test func twoLinesOfAuthorizationAreNoCredential() throws {
      let backend = try ScriptedBackend(json: "{}")
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let twice = try gateway.exchange("GET /who", headers: ["Authorization: Bearer a", "authorization: Bearer b"])
      #expect(twice.status == 401 && backend.requests.isEmpty)
      let once = try gateway.exchange("GET /who", headers: ["Authorization: Bearer a"])
      #expect(once.status == 200 && backend.requests.count == 1)
      try gateway.stopInOrder()
    }

    @Test(arguments: [401, 403]) func itsRefusalGoesToTheClient(_ status: Int) throws {
      let backend = try ScriptedBackend { _ in
        var answer = ScriptedAnswer.json(#"{"error":"no"}"#, status: status)
        answer.headers = [#"WWW-Authenticate: Bearer realm="x", error="y""#, "Set-Cookie: a=1", "X-Internal: 1"]
        return answer
      }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      for _ in 0..<2 {
        let answer = try gateway.exchange("GET /who")
        #expect(answer.status == status && answer.text == #"{"error":"no"}"#)
        #expect(answer["WWW-Authenticate"] == #"Bearer realm="x", error="y""#)
        #expect(answer["Content-Type"] == "application/json" && answer["Cache-Control"] == "no-store")
        #expect(answer["Set-Cookie"] == nil && answer["X-Internal"] == nil)
      }
      #expect(backend.requests.count == 1)
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains(#"status=\#(status) refused=auth why="decide says \#(status)""#))
    }

    /// The client could not know what to do about it, and would be told how the gateway shows who it is.
    @Test func aRefusalOfTheGatewaysTokenIsNoneOfTheClient() throws {
      @Sendable func answer(_ request: RecordedRequest, _ status: Int) -> ScriptedAnswer {
        if request.target == "/token" { return .json(#"{"access_token":"own","token_type":"Bearer"}"#) }
        var answer = ScriptedAnswer.json(#"{"error":"whose?"}"#, status: status)
        answer.headers = ["WWW-Authenticate: Bearer"]
        return answer
      }
      let backend = try ScriptedBackend { answer($0, 401) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        files: [
          "gateway.yaml": """
          auth: { own: { external: { request: "GET authz /?p=${client.path}", ttl: 1h, failOpen: true } } }
          log: { access: true }
          """,
          "main.yaml": """
          backends:
            id: { url: "${env.B1}" }
            authz: { url: "${env.B1}", oauth2: { backend: id, path: /token, clientId: weft, clientSecret: "${env.SECRET}" } }
          routes:
            GET /own: { auth: own, response: 1 }
          """,
        ], environment: ["B1": backend.url, "SECRET": "s3cret"])
      let refused = try gateway.exchange("GET /own")
      #expect(refused.status == 503 && refused["WWW-Authenticate"] == nil && !refused.text.contains("whose"))
      backend.restart { answer($0, 403) }
      #expect(try gateway.exchange("GET /own").text == #"{"error":"whose?"}"#)
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains("own can't be asked: status 401, to the gateway's own token"))
    }

    @Test func theServiceHearsOfOnePathInOneSpelling() throws {
      let backend = try ScriptedBackend { _ in .json("{}") }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      for path in ["/who", "/%77ho", "/w%68%6f"] {
        #expect(try gateway.exchange("GET \(path)").status == 200, "\(path)")
      }
      #expect(backend.lines == ["GET /check?method=GET&path=%2Fwho"])
      for path in ["/files/a%2fb%41", "/files/%61%2FbA"] {
        #expect(try gateway.exchange("GET \(path)").text == #""a/bA""#)
      }
      #expect(backend.lines.dropFirst() == ["GET /check?method=GET&path=%2Ffiles%2Fa%252FbA"])
      try gateway.stopInOrder()
    }

    @Test func whatItSaysIsReadByTemplates() throws {
      let backend = try ScriptedBackend { request in
        let effect = request.text.contains("Bearer good") ? "Allow" : "Deny"
        return .json(
          #"{"principalId":"anna","policyDocument":{"Statement":[{"Effect":"\#(effect)"}]},"asked":\#(request.text)}"#)
      }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      // Nothing is there to be asked about.
      let missing = try gateway.exchange("GET /policy")
      #expect(missing.status == 401 && missing["WWW-Authenticate"] == #"Bearer realm="policy""#)
      #expect(backend.lines.isEmpty)
      #expect(try gateway.exchange("GET /policy", token: "good").text == #""anna""#)
      #expect(backend.requests[0].line == "POST /policy")
      #expect(backend.requests[0].text == #"{"token":"Bearer good","resource":"/policy"}"#)
      #expect(backend.requests[0]["Content-Type"] == "application/json")
      #expect(try gateway.exchange("GET /policy", token: "bad").status == 403)
      #expect(try gateway.exchange("GET /any", token: "good").text == #""policy""#)
      #expect(
        try gateway.exchange("GET /any", headers: ["X-API-Key: foo", "Authorization: Bearer bad"]).text == #""keys""#)
      #expect(backend.requests.count == 3)
      try gateway.stopInOrder()
    }

    @Test func severalProvidersAreAskedTogether() throws {
      let backend = try ScriptedBackend(json: #"{"tenant":"a"}"#)
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      #expect(try gateway.exchange("GET /all").status == 401)
      #expect(try gateway.exchange("GET /all", headers: ["X-API-Key: bar"]).status == 401)
      #expect(backend.lines.isEmpty)
      #expect(try gateway.exchange("GET /all", headers: ["X-API-Key: foo"]).text == #"["acme","a"]"#)
      try gateway.stopInOrder()
    }

    @Test func aRequestThatCanNotBeMadeLetsNobodyIn() throws {
      let backend = try ScriptedBackend(json: "{}")
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      // Nobody knows what it is that is not valid.
      let lax = try gateway.exchange("GET /lax")
      #expect(lax.status == 401 && lax["WWW-Authenticate"] == #"Bearer realm="lax""#)
      backend.restart { _ in .json("{}") }
      for query in ["", "?tenant=", "?tenant=..", "?tenant=a%2F.."] {
        #expect(try gateway.exchange("GET /strict\(query)").status == 401, "\(query)")
      }
      #expect(backend.lines.isEmpty)
      #expect(try gateway.exchange("GET /strict?tenant=a%2Fb").status == 200)
      #expect(backend.lines == ["GET /tenants/a%2Fb"])
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains("strict can't be asked of this request"))
    }
  }
}
