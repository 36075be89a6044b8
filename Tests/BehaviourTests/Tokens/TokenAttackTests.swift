import TestTokens
import Testing

extension Behaviour {
  /// Tokens that somebody would like to be taken.
  @Suite struct TokenAttackTests {
    private static let definition = """
      routes:
        GET /who: { auth: keys, response: "${claims.sub}" }
        GET /rsa: { auth: rsa, response: "${claims.sub}" }
        GET /only: { auth: only, response: "${claims.sub}" }
        GET /secret: { auth: secret, response: "${claims.sub}" }
      """
    private static let gateway = """
      auth:
        keys: { jwt: { issuer: id, audience: shop, keys: { file: keys.yaml }, leeway: 0s } }
        rsa: { jwt: { issuer: id, audience: shop, keys: { pem: rsa.pem } } }
        only: { jwt: { issuer: id, audience: shop, keys: { file: keys.yaml }, algorithms: [RS256] } }
        secret: { jwt: { issuer: id, audience: shop, keys: { secret: "${env.JWT_SECRET}" } } }
      log: { access: true }
      threads: 1
      listen: { address: "127.0.0.1:0" }
      """
    private static let secret = "another secret of more than 32 bytes"
    private static let (first, rsa) = (TokenIssuer.first, TokenIssuer.rsa)

    private static func claims(_ more: String = #""iss":"id","aud":["x","shop"]"#, end: Int = TokenIssuer.end) -> String
    {
      TokenIssuer.claims("anna", more, end: end)
    }

    /// What is tried, what the log says of it; empty: it is as good as it looks.
    private static var attempts: [(path: String, token: String, why: String)] {
      let good = first.token(claims())
      let parts = good.split(separator: ".").map(String.init)
      func header(_ text: String) -> String {
        TokenText.signed(header: text, claims()) { first.key.sign($0, "ES256") }
      }
      func unsigned(_ algorithm: String) -> String {
        "\(Base64URLText.encode(#"{"alg":"\#(algorithm)"}"#.utf8)).\(parts[1])."
      }
      func signed(_ claims: String) -> String { first.token(claims) }
      let confused = TokenText.signed(header: #"{"alg":"HS256"}"#, claims()) {
        TokenText.code($0, "HS256", secret: Array(rsa.key.pem.utf8))
      }
      let foreign = TokenIssuer("first", SigningKey.ec("prime256v1"), "ES256")
      let tampered = Base64URLText.encode(claims().replacing("anna", with: "root").utf8)
      return [
        ("/who", good, ""), ("/rsa", rsa.token(claims()), ""), ("/only", rsa.token(claims()), ""),
        ("/secret", TokenIssuer.coded(claims(), secret: secret), ""), ("/who", rsa.token(claims()), ""),
        // Without a signature, or by another one.
        ("/who", unsigned("none"), "alg that is not allowed"), ("/who", unsigned("None"), "alg that is not allowed"),
        ("/who", unsigned("ES256"), "signature that is wrong"),
        ("/who", foreign.token(claims()), "signature that is wrong"),
        ("/who", "\(parts[0]).\(tampered).\(parts[2])", "signature that is wrong"),
        ("/who", first.token(claims(), id: "rsa"), "signature that is wrong"),
        ("/who", first.token(claims(), id: "../../dev/null"), "key that is not known"),
        // A public key is no secret, and a secret no public key.
        ("/rsa", confused, "signature that is wrong"), ("/who", confused, "signature that is wrong"),
        ("/secret", rsa.token(claims()), "key that is not known"),
        ("/secret", TokenIssuer.coded(claims(), secret: secret, "HS512"), "signature that is wrong"),
        ("/only", good, "alg that is not allowed"), ("/rsa", good, "key that is not known"),
        // Headers that bring what they are verified by, or change what is verified.
        ("/who", first.token(claims(), header: #""jwk":{\#(foreign.key.jwkMembers)}"#), "brings a key"),
        ("/who", first.token(claims(), header: #""jku":"http://127.0.0.1:1/""#), "brings a key"),
        ("/who", first.token(claims(), header: #""x5u":"http://127.0.0.1:1/""#), "brings a key"),
        ("/who", first.token(claims(), header: #""crit":["exp"]"#), "has crit"),
        ("/who", first.token(claims(), header: #""b64":false"#), "b64 that is not true"),
        ("/who", first.token(claims(), header: #""cty":"JWT""#), "holds another token"),
        ("/who", header(#"{"alg":"none","alg":"ES256"}"#), "unique members"), ("/who", header("[]"), "unique members"),
        ("/who", header(#"{"alg":"ES256","kid":7}"#), "kid that is no string"),
        // Spelt in another way.
        ("/who", good + "=", "base64url"),
        ("/who", good.replacing("_", with: "/").replacing("-", with: "+") + "+", "base64url"),
        ("/who", good + "AAAA", "signature that is wrong"),
        // Claims that are not right.
        ("/who", signed(claims(#""iss":"other","aud":"shop""#)), "another issuer"),
        ("/who", signed(claims(#""aud":"shop""#)), "another issuer"),
        ("/who", signed(claims(#""iss":["id"],"aud":"shop""#)), "another issuer"),
        ("/who", signed(claims(#""iss":"id","aud":"shops""#)), "another audience"),
        ("/who", signed(claims(#""iss":"id""#)), "another audience"),
        ("/who", signed(claims(end: 1_700_000_000)), "has ended"),
        ("/who", signed(claims(#""iss":"id","aud":"shop","nbf":4102444800"#)), "not valid yet"),
        ("/who", signed(claims(#""iss":"id","aud":"shop","iat":4102444800"#)), "issued in the future"),
        ("/who", signed(#"{"sub":"anna","iss":"id","aud":"shop"}"#), "has no exp"),
        ("/who", signed(#"{"sub":"anna","iss":"id","aud":"shop","exp":"4102444800"}"#), "exp that is no date"),
        ("/who", signed(#"{"sub":"anna","iss":"id","aud":"shop","exp":1e400}"#), "exp that is no date"),
        ("/who", signed(#"{"sub":"anna","iss":"id","aud":"shop","exp":1,"exp":4102444800}"#), "unique members"),
        // Too much of it.
        ("/who", signed(claims(#""iss":"id","aud":"shop","x":"\#(String(repeating: "x", count: 13_000))""#)), "16 KiB"),
      ]
    }

    @Test func noneIsTakenAndNoClientHearsWhy() throws {
      let gateway = try GatewayProcess(
        files: [
          "main.yaml": Self.definition, "gateway.yaml": Self.gateway, "rsa.pem": Self.rsa.key.pem,
          "keys.yaml": TokenIssuer.published(Self.first, Self.rsa),
        ], environment: ["JWT_SECRET": Self.secret])
      let attempts = Self.attempts
      for (path, token, why) in attempts {
        // Twice: what was refused once is not remembered as anything else.
        for _ in 0..<2 {
          let answer = try gateway.exchange("GET \(path)", token: token)
          guard !why.isEmpty else {
            #expect(answer.text == #""anna""#, "\(path)")
            continue
          }
          #expect(
            answer.status == 401 && answer["WWW-Authenticate"]?.hasSuffix(#"error="invalid_token""#) == true, "\(why)")
          #expect(answer.text == #"{"title":"Unauthorized","status":401,"detail":"the credentials are not valid"}"#)
        }
      }
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      let said = log.matches(of: #/why="the token ([^"]*)"/#).map { String($0.1) }
      let expected = attempts.map(\.why).filter { !$0.isEmpty }.flatMap { [$0, $0] }
      #expect(said.count == expected.count)
      for (said, why) in zip(said, expected) { #expect(said.contains(why), "\(said)") }
      #expect(!log.contains("eyJ"))
    }
  }
}
