import Definitions
import Plans
import Testing

@testable import Gateway

/// Which stages stand before the work of a route, and in which order.
@Suite struct StackTests {
  @Test(arguments: [
    ("response: 1", []),
    ("proxy: b /x", []),
    ("calls: { v: GET b /x }", []),
    ("calls: { v: { request: POST b /x, body: \"${body}\" } }", ["body"]),
    ("cache: 1m, calls: { v: GET b /x }", ["cache"]),
    ("cache: 1m, response: \"${body.a}\"", ["body", "cache"]),
    ("deny: [10.0.0.1], cors: \"*\", proxy: b /x", ["cors", "address"]),
    ("compress: true, deny: [10.0.0.1], cors: \"*\", proxy: b /x", ["cors", "compress", "address"]),
    ("compress: none, cache: 1m, response: 1", ["cache"]),
    ("bodyLimit: 1KiB, secure: true, proxy: b /x", ["secure", "body"]),
    ("limit: 1/s, proxy: b /x", ["limit"]),
    (
      "limit: [1/s, { rate: 1/m, cost: \"${length(body)}\" }], cache: 1m, response: 1",
      ["limit", "body", "limit", "cache"]
    ),
    (
      "limit: { rate: 1/m, by: \"${body.a}\" }, refuse: [{ when: \"${query.a}\" }], response: 1",
      ["refuse", "body", "limit"]
    ),
    ("limit: none, response: 1", []),
    ("limit: 1/s, allow: [10.0.0.1], refuse: [{ when: \"${query.a}\" }], response: 1", ["address", "limit", "refuse"]),
    (
      "refuse: [{ when: \"${query.a}\" }], allow: [10.0.0.1], cors: \"*\", secure: true, bodyLimit: 1B, response: \"${body}\"",
      ["secure", "cors", "address", "refuse", "body"]
    ),
    ("auth: p, refuse: [{ when: \"${identity.subject}\" }], cors: \"*\", response: 1", ["cors", "auth", "refuse"]),
    (
      "auth: p, limit: [10/s, { rate: 1/m, by: \"${identity.subject}\" }], refuse: [{ when: \"${query.a}\" }], response: 1",
      ["limit", "auth", "limit", "refuse"]
    ),
    ("waf: { rules: crs }, cache: 1m, response: 1", ["waf", "cache"]),
    ("waf: { rules: crs }, response: \"${body}\"", ["body", "waf"]),
    ("waf: { rules: crs }, proxy: b /x", ["body", "waf"]),
    ("waf: { rules: crs }, redirect: /x", ["waf"]),
    ("methods: POST, idempotency: { ttl: 1h }, proxy: b /x", ["body", "idempotency"]),
    ("methods: POST, idempotency: { ttl: 1h }, waf: { rules: crs }, response: 1", ["body", "waf", "idempotency"]),
    ("cache: 1m, deny: [10.0.0.1], response: \"${body.a}\"", ["address", "body", "cache"]),
  ])
  func stagesOf(_ route: String, _ names: [String]) throws {
    let method = route.contains("POST") ? "POST" : "GET"
    let route = route.replacing("methods: POST, ", with: "")
    let text = "backends: { b: { url: http://127.0.0.1:1 } }\nroutes:\n  \(method) /r: { \(route) }\n"
    let gateway = "auth: { p: { certificate: {} } }\n"
    let plan = try DefinitionLoader.load(files: [("f.yaml", text), ("gateway.yaml", gateway)]).get().plan
    #expect(StageName.of(plan.routes[0]).map(\.label) == names)
  }

  /// The order is one for all routes, whatever the place at which a policy was written.
  @Test func theOrderIsTheContracts() {
    // What only has a say in answers comes first, so that it has the last word.
    let contract =
      ["secure", "cors", "compress"]
      + ["address", "limit", "auth", "limitByIdentity", "refuse", "body", "schema", "limitByBody", "waf"]
      + ["idempotency", "cache"]
    let names = StageName.allCases.map(\.rawValue)
    #expect(names == contract.filter { names.contains($0) })
  }
}
