import Foundation
import Testing

extension Behaviour {
  /// Gateways that are made of configurations of KrakenD answer as KrakenD's documentation says.
  @Suite struct KrakenDTests {
    @Test(arguments: KrakenDCases.all)
    func answersAsKrakenDWould(_ name: String, _ steps: [ImportedStep]) throws {
      let backend = try ScriptedBackend { _ in .json("{}") }
      defer { backend.stop() }
      let folder = try ImportedFolder("krakend", "KrakenD/\(name).json", backend: backend)
      let gateway = try GatewayProcess(files: folder.files)
      for step in steps {
        for problem in try step.problems(gateway, backend) { Issue.record("\(name): \(problem)") }
      }
      try gateway.stopInOrder()
    }

    @Test func callsSendTheHeadersThatWereNamed() throws {
      let backend = try ScriptedBackend { _ in .json("{}") }
      defer { backend.stop() }
      let groups = try ImportedFolder("krakend", "KrakenD/groups.json", backend: backend)
      let gateway = try GatewayProcess(files: groups.files)
      _ = try gateway.exchange(
        "GET /dashboard/42", headers: ["Authorization: Bearer x", "Accept-Language: sv", "Cookie: a=b"])
      try #require(backend.requests.count == 3)
      for request in backend.requests {
        #expect(request["authorization"] == "Bearer x" && request["accept-language"] == "sv")
        #expect(request["cookie"] == nil)
      }
      try gateway.stopInOrder()
    }

    @Test func writesSendTheBodyAndHeadersOfTheConfiguration() throws {
      let backend = try ScriptedBackend { _ in .json("{}") }
      defer { backend.stop() }
      let writes = try ImportedFolder("krakend", "KrakenD/writes.json", backend: backend)
      let gateway = try GatewayProcess(files: writes.files)
      _ = try gateway.exchange("POST /orders", headers: ["Content-Type: application/json"], body: #"{"sku":"a"}"#)
      let request = try #require(backend.requests.first)
      #expect(request.text == #"{"sku":"a"}"# && request["x-source"] == "web")
      try gateway.stopInOrder()
    }

    /// Tokens are verified by the published keys, and claims are read where KrakenD reads them.
    @Test func tokensLetIn() throws {
      let published = TokenIssuer.published(.first)
      let backend = try ScriptedBackend { $0.target == "/id/jwks" ? .json(published) : .json(#"{"ok":true}"#) }
      defer { backend.stop() }
      let folder = try ImportedFolder("krakend", "KrakenD/tokens.json", backend: backend)
      // The other provider's keys are nobody's here.
      let files = folder.files.mapValues { $0.replacing("https://id.example.com/jwks", with: "\(backend.url)/id/jwks") }
      let gateway = try GatewayProcess(files: files)
      let mine = #""iss":"https://id.example.com","aud":"shop""#
      func token(_ more: String = "") -> String {
        TokenIssuer.first.token(TokenIssuer.claims("anna", mine + (more.isEmpty ? "" : "," + more)))
      }
      let first = try gateway.exchange(
        "GET /me", headers: ["Authorization: Bearer \(token())", "X-User: mallory", "X-Channel: web"], past: 503)
      #expect(first.status == 200, "\(first.text)")
      let got = try #require(backend.requests.last)
      #expect(got.line == "GET /shop/users/anna" && got["x-user"] == "anna" && got["x-channel"] == "web")
      #expect(try gateway.exchange("GET /me").status == 401)
      #expect(try gateway.exchange("GET /admin", token: token()).status == 403)
      #expect(try gateway.exchange("GET /admin", token: token(#""realm_access":{"roles":["root"]}"#)).status == 200)
      #expect(try gateway.exchange("GET /local", token: token()).status == 503)
      #expect(try gateway.exchange("GET /mine", token: token()).status == 404)
      try gateway.stopInOrder()
    }
  }
}
