import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Clients of whom no provider says who they are, and what others see of what clients show.
  @Suite struct NamelessClientTests {
    private static let settings = #"""
      auth:
        cookie: { introspection: { backend: id, path: /introspect, from: { cookie: session }, cache: 1h } }
        decide: { external: { request: GET id /decide, headers: { x-session: "${cookies.session}" }, ttl: 1h } }
        keys: { apiKey: { keys: keys.yaml } }
      threads: 1
      listen: { address: "127.0.0.1:0" }
      """#
    /// Its key is `foo`.
    private static let keys =
      "[{ id: acme, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae, vip: 1, sure: true }]\n"
    private static let routes = #"""
      backends:
        id: { url: "${env.B1}", forward: [x-api-key] }
        b1: { url: "${env.B1}" }
      routes:
        POST /cookie/kept: { auth: cookie, idempotency: {}, calls: { a: POST b1 /write }, response: "${claims.tenant}" }
        POST /decide/kept: { auth: decide, idempotency: {}, calls: { a: POST b1 /write }, response: "${claims.tenant}" }
        POST /cookie: { auth: cookie, calls: { a: POST b1 /write }, response: 1 }
        POST /decide: { auth: decide, calls: { a: POST b1 /write }, response: 1 }
        GET /cached: { auth: { provider: decide, optional: true }, cache: 1h, response: 1 }
        GET /all: { auth: { all: [keys, decide] }, response: 1 }
        GET /some: { auth: { provider: keys, require: "${identity.vip}" }, response: 1 }
        GET /sure: { auth: { provider: keys, require: "${identity.sure}" }, response: 1 }
      """#

    private static func start(_ backend: ScriptedBackend) throws -> GatewayProcess {
      try GatewayProcess(
        files: ["gateway.yaml": settings, "keys.yaml": keys, "main.yaml": routes], environment: ["B1": backend.url])
    }

    /// Says of each session what it is of, and nothing of whom.
    private static func answer(_ request: RecordedRequest) -> ScriptedAnswer {
      if request.target == "/write" { return .json("{}") }
      let session = request["x-session"] ?? String(request.text.dropFirst("token=".count))
      return .json(#"{"active":true,"tenant":"\#(session)"}"#)
    }

    /// What two clients of one address show tells them apart, wherever it is; the same is the same client.
    @Test(arguments: ["cookie", "decide"])
    func whatTheyShowTellsThemApart(_ provider: String) throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      func ask(_ path: String, _ session: String) throws -> RawResponse {
        try gateway.exchange("POST \(path)", headers: ["Cookie: session=\(session)", "Idempotency-Key: k"])
      }
      for session in ["a", "b"] {
        let first = try ask("/\(provider)/kept", session)
        #expect(first.text == "\"\(session)\"" && first["Idempotency-Replayed"] == nil)
      }
      for session in ["a", "b"] {
        let again = try ask("/\(provider)/kept", session)
        #expect(again.text == "\"\(session)\"" && again["Idempotency-Replayed"] == "true")
      }
      backend.restart { Self.answer($0) }
      for session in ["a", "b", "a"] { #expect(try ask("/\(provider)", session).status == 200) }
      let sent = backend.requests.filter { $0.target == "/write" }.map { $0["idempotency-key"] }
      #expect(sent.count == 3 && sent[0] != nil && sent[0] != sent[1] && sent[0] == sent[2])
      try gateway.stopInOrder()
    }

    /// Nobody comes by such a route without being asked about.
    @Test func optionalOpensNothingWhereAllAreAskedAbout() throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let control = try gateway.exchange("GET /cached")["Cache-Control"]
      #expect(control?.contains("private") == true)
      try gateway.stopInOrder()
    }

    /// A key that one provider has verified is taken out before the next is asked.
    @Test func whoIsAskedNextDoesNotSeeAKey() throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      #expect(try gateway.exchange("GET /all", headers: ["X-Api-Key: foo", "Cookie: session=a"]).status == 200)
      let asked = try #require(backend.requests.first)
      #expect(asked.target == "/decide" && asked["x-session"] == "a" && asked["x-api-key"] == nil)
      try gateway.stopInOrder()
    }

    @Test func aRequirementIsTrueOrNotMet() throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try Self.start(backend)
      let key = ["X-Api-Key: foo"]
      #expect(try gateway.exchange("GET /some", headers: key).status == 403)
      #expect(try gateway.exchange("GET /sure", headers: key).status == 200)
      try gateway.stopInOrder()
    }
  }
}
