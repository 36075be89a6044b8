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
    let pathEnd = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    var path = String(target[..<pathEnd])
    let router = Router(plan.routes)
    let match = path.withUTF8 { bytes in router.match(host: host, method: method, path: bytes) }
    switch match {
    case .notFound:
      (text, isMatch) = ("no route matches \(method) \(path)\n", false)
    case .badPath:
      let reason = "a path with a dot segment, a bad escape or a control character"
      (text, isMatch) = ("\(path) is answered with 400: \(reason)\n", false)
    case .methodNotAllowed(let allow):
      (text, isMatch) = ("\(path) answers to \(allow) only\n", false)
    case .route(let index):
      let captures = path.withUTF8 { bytes in router.captures(route: index, path: bytes) }
      let scope = ExplainedScope(plan.routes[index], target: target, captures: captures)
      var writer = ExplanationWriter(plan: plan, scope: scope)
      writer.explain(plan.routes[index], asked: "\(method) \(target)")
      (text, isMatch) = (writer.text, true)
    }
  }
}
