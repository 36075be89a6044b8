import Testing

extension Behaviour {
  /// Who comes in by a signed token, and what is known of them then.
  @Suite struct TokenTests {
    private static let secret = "a secret that is as long as it has to be"
    private static let gateway = """
      auth:
        shop:
          jwt: { issuer: id, audience: [shop, other], keys: { secret: "${env.JWT_SECRET}" } }
        places:
          jwt:
            issuer: id
            audience: shop
            keys: { secret: "${env.JWT_SECRET}" }
            from: [{ header: authorization, scheme: Bearer }, { header: x-token }, { cookie: session }, { query: token }]
            missingStatus: 404
            invalidStatus: 403
        partners: { apiKey: { keys: keys.yaml, from: { header: authorization, scheme: Bearer } } }
      log: { access: true }
      threads: 1
      listen: { address: "127.0.0.1:0" }
      """
    // The key is foo.
    private static let keys = "[{ id: acme, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae }]"

    private static func claims(_ subject: String = "anna", _ more: String = "", issuer: String = "id") -> String {
      TokenIssuer.claims(subject, #""iss":"\#(issuer)","aud":"shop""# + (more.isEmpty ? "" : "," + more))
    }

    private static func token(_ subject: String = "anna", _ more: String = "") -> String {
      TokenIssuer.coded(claims(subject, more), secret: secret)
    }

    private static func start(_ routes: String, backend: ScriptedBackend? = nil) throws -> GatewayProcess {
      let backends = backend == nil ? "" : "backends: { b1: { url: \"${env.B1}\" } }\n"
      return try GatewayProcess(
        files: ["gateway.yaml": gateway, "keys.yaml": keys, "main.yaml": backends + "routes:\n" + routes],
        environment: ["JWT_SECRET": secret, "B1": backend?.url ?? ""])
    }

    @Test func aTokenTellsWhoItIs() throws {
      let routes = """
          GET /who: { auth: shop, response: "${identity}" }
          GET /claims: { auth: shop, response: "${claims}" }
          GET /open: { auth: { provider: shop, optional: true }, response: [ "${identity}", "${claims}", "${claims.sub}" ] }
        """
      let more = #""plan":"gold","groups":["buyers",1],"n":1.50,"big":12345678901234567890"#
      let gateway = try Self.start(routes)
      #expect(
        try gateway.exchange("GET /who", token: Self.token("anna", more)).text
          == #"{"provider":"shop","subject":"anna","plan":"gold","groups":["buyers"]}"#)
      #expect(
        try gateway.exchange("GET /who", token: Self.token("o", #""groups":"one""#)).text
          == #"{"provider":"shop","subject":"o","plan":null,"groups":["one"]}"#)
      // Byte for byte as they were signed.
      let claims = try gateway.exchange("GET /claims", token: Self.token("anna", more)).text
      #expect(claims == Self.claims("anna", more))
      #expect(try gateway.exchange("GET /open").text == "[null,null,null]")
      #expect(try gateway.exchange("GET /open", token: "a.b.c").status == 401)
      try gateway.stopInOrder()
    }

    @Test func whoShowsNoneIsAskedToAndABadOneIsToldWithoutWhy() throws {
      let gateway = try Self.start("  GET /who: { auth: shop, response: 1 }\n")
      for headers in [[], ["Authorization: Basic YTpi"], ["Authorization: Bearer opaque"]] {
        let missing = try gateway.exchange("GET /who", headers: headers)
        #expect(missing.status == 401 && missing["WWW-Authenticate"] == #"Bearer realm="shop""#)
      }
      let bad = try gateway.exchange("GET /who", token: Self.token() + "x")
      #expect(bad.status == 401 && bad["WWW-Authenticate"] == #"Bearer realm="shop", error="invalid_token""#)
      #expect(bad.text == #"{"title":"Unauthorized","status":401,"detail":"the credentials are not valid"}"#)
      #expect(try gateway.exchange("GET /who", token: Self.token("an anna")).status == 200)
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      #expect(log.contains(#/status=401 refused=auth why="the token has a signature that is wrong"/#), "\(log)")
      #expect(log.contains(#/identity="an anna"/#), "\(log)")
      #expect(!log.contains("eyJ") && !log.contains(Self.secret), "\(log)")
    }

    @Test func aTokenIsAtOnePlaceAndThereOnce() throws {
      let (token, bearer) = (Self.token(), "Authorization: Bearer \(Self.token())")
      let gateway = try Self.start("  GET /who: { auth: places, response: \"${claims.sub}\" }\n")
      for headers in [
        [bearer], ["Authorization: bearer  \(token)"], ["X-Token: \(token)"], ["Cookie: session=\(token)"],
      ] {
        #expect(try gateway.exchange("GET /who", headers: headers).text == #""anna""#, "\(headers)")
      }
      #expect(try gateway.exchange("GET /who?token=\(token)").text == #""anna""#)
      // What is for others is not seen.
      #expect(try gateway.exchange("GET /who", headers: [bearer, "X-Token: opaque"]).text == #""anna""#)
      #expect(try gateway.exchange("GET /who").status == 404)
      for headers in [
        [bearer, bearer], [bearer, "X-Token: \(token)"], [bearer, "Cookie: session=\(token)"],
        ["Cookie: session=\(token); session=\(token)"],
      ] {
        #expect(try gateway.exchange("GET /who", headers: headers).status == 403, "\(headers)")
      }
      #expect(try gateway.exchange("GET /who?token=\(token)", headers: [bearer]).status == 403)
      #expect(try gateway.exchange("GET /who?token=\(token)&token=\(token)").status == 403)
      // A list in one field is no token.
      #expect(try gateway.exchange("GET /who", headers: ["X-Token: \(token), \(token)"]).status == 404)
      try gateway.stopInOrder()
    }

    @Test func rulesOfTheRouteReadItsClaims() throws {
      let routes = """
          GET /any: { auth: { any: [shop, partners] }, response: "${identity.provider}" }
          GET /all: { auth: { all: [shop, places] }, response: 1 }
          GET /scopes: { auth: { provider: shop, scopes: [orders:read, orders:write] }, response: 1 }
          GET /tenant/:id: { auth: { provider: shop, require: "${claims.tenant == path.id}" }, response: 1 }
          GET /refused: { auth: shop, refuse: [{ when: "${claims.sub == 'eve'}", status: 402 }], response: 1 }
          GET /limited: { auth: shop, limit: { rate: 1/h, by: "${claims.sub}" }, response: 1 }
        """
      let gateway = try Self.start(routes)
      func status(_ line: String, _ token: String) throws -> Int { try gateway.exchange(line, token: token).status }
      #expect(try gateway.exchange("GET /any", token: Self.token()).text == #""shop""#)
      #expect(try gateway.exchange("GET /any", token: "foo").text == #""partners""#)
      #expect(try status("GET /any", "a.b.c") == 401)
      #expect(try status("GET /any", "bar") == 401)
      #expect(try status("GET /all", Self.token()) == 200)
      for scopes in [
        #""scope":"orders:write x orders:read""#, #""scp":["orders:read","orders:write"]"#,
        #""scope":"orders:read","scp":["orders:write"]"#,
      ] {
        #expect(try status("GET /scopes", Self.token("anna", scopes)) == 200, "\(scopes)")
      }
      for scopes in [
        "", #""scope":"orders:readorders:write""#, #""scp":["orders:read orders:write"]"#, #""scope":7"#,
      ] {
        #expect(try status("GET /scopes", Self.token("anna", scopes)) == 403, "\(scopes)")
      }
      #expect(try status("GET /tenant/a", Self.token("anna", #""tenant":"a""#)) == 200)
      #expect(try status("GET /tenant/b", Self.token("anna", #""tenant":"a""#)) == 403)
      #expect(try status("GET /refused", Self.token("eve")) == 402)
      #expect(try status("GET /refused", Self.token()) == 200)
      #expect(try ["a", "a", "b"].map { try status("GET /limited", Self.token($0)) } == [200, 429, 200])
      try gateway.stopInOrder()
    }

    @Test func backendsHearWhoItIsFromTheGatewayAlone() throws {
      let backend = try ScriptedBackend { .json("\"\($0["x-user-id"] ?? "nobody") \($0["authorization"] ?? "")\"") }
      defer { backend.stop() }
      let routes = """
          GET /call: { auth: shop, calls: { v: { request: GET b1 /v, headers: { x-user-id: "${claims.sub}" } } } }
          GET /plain: { auth: shop, calls: { v: GET b1 /v } }
          GET /proxy: { auth: shop, proxy: b1 /v }
        """
      let gateway = try Self.start(routes, backend: backend)
      let token = Self.token()
      let headers = ["Authorization: Bearer \(token)", "X-User-Id: eve"]
      #expect(try gateway.exchange("GET /call", headers: headers).text == #"{"v":"anna "}"#)
      #expect(try gateway.exchange("GET /plain", headers: headers).text == #"{"v":"nobody "}"#)
      #expect(try gateway.exchange("GET /proxy", token: token).text == "\"nobody Bearer \(token)\"")
      try gateway.stopInOrder()
    }

    @Test func whatIsKeptIsForThoseWhoMaySeeIt() throws {
      let backend = try ScriptedBackend { .json("\"\($0.target)\"") }
      defer { backend.stop() }
      let routes = """
          GET /shared: { auth: shop, cache: 1h, calls: { v: GET b1 /shared } }
          GET /own: { auth: shop, cache: 1h, calls: { v: "GET b1 /own?s=${claims.sub}" } }
        """
      let gateway = try Self.start(routes, backend: backend)
      for (line, subject, body, state) in [
        ("GET /shared", "anna", "/shared", "miss"), ("GET /shared", "eve", "/shared", "hit"),
        ("GET /own", "anna", "/own?s=anna", "miss"), ("GET /own", "eve", "/own?s=eve", "miss"),
        ("GET /own", "anna", "/own?s=anna", "hit"),
      ] {
        let answer = try gateway.exchange(line, token: Self.token(subject, #""jti":"\#(body)""#))
        #expect(answer.text == #"{"v":"\#(body)"}"#)
        #expect(answer["Cache-Control"]?.hasPrefix("private") == true && answer["Vary"] == "authorization")
        #expect(answer["Cache-Status"]?.contains("; hit") == (state == "hit"), "\(line) \(subject)")
      }
      #expect(try gateway.exchange("GET /own").status == 401)
      #expect(backend.lines == ["GET /shared", "GET /own?s=anna", "GET /own?s=eve"])
      try gateway.stopInOrder()
    }
  }
}
