import Front
import JSONText
import Messages
import Plans

/// What one request would do, in words: the matched route, the calls by stages with their requests filled in, every
/// resolved deadline, what is read from the request. No call is made.
package struct Explanation: Sendable {
  package let text: String
  /// False where no route matches; then `text` says why.
  package let isMatch: Bool

  /// - Parameter target: path and query as a client would send them.
  package init(_ plan: GatewayPlan, method: String, target: String, host: String = "localhost") {
    let path = String(target.prefix { $0 != "?" })
    let query = path.count < target.count ? String(target.dropFirst(path.count + 1)) : ""
    switch Router(plan.routes).match(host: host, method: method, path: path) {
    case .notFound:
      (text, isMatch) = ("no route matches \(method) \(path)\n", false)
    case .badPath:
      (text, isMatch) = (
        "\(path) is refused with 400: dot segments, bad escapes and control characters never match\n", false
      )
    case .methodNotAllowed(let allow):
      (text, isMatch) = ("\(path) answers to \(allow) only\n", false)
    case .route(let index, let captures):
      let route = plan.routes[index]
      let scope = ExplainedScope(route: route, captures: captures, query: query)
      var writer = ExplanationWriter(plan: plan, scope: scope)
      writer.explain(route, asked: "\(method) \(target)")
      (text, isMatch) = (writer.text, true)
    }
  }
}
