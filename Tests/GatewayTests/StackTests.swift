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
  ])
  func stagesOf(_ route: String, _ names: [String]) throws {
    let method = route.contains("POST") ? "POST" : "GET"
    let text = "backends: { b: { url: http://127.0.0.1:1 } }\nroutes:\n  \(method) /r: { \(route) }\n"
    let plan = try DefinitionLoader.load(files: [("f.yaml", text)]).get().plan
    #expect(StageName.of(plan.routes[0]).map(\.rawValue) == names)
  }

  /// The order is one for all routes, whatever the place at which a policy was written.
  @Test func theOrderIsTheContracts() {
    let contract = ["cors", "address", "limit", "auth", "refuse", "body", "schema", "waf", "idempotency", "cache"]
    let names = StageName.allCases.map(\.rawValue)
    #expect(names == contract.filter { names.contains($0) })
  }
}
