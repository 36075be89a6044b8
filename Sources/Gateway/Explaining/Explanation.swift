import Front
import JSONText
import Messages
import Plans

/// The course that one request would take: the matched route, the calls by stages with their requests filled in, every
/// resolved deadline, what goes upstream and what comes back. No call is made.
package struct Explanation {
  private enum Content {
    case route(ExplainedRoute)
    case miss(RouteMiss)
  }

  private let content: Content

  package init(_ plan: GatewayPlan, _ asked: ExplainedRequest) throws(ExplanationError) {
    var path = asked.path
    let router = Router(plan.routes)
    func match(_ method: String) -> RouteMatch {
      path.withUTF8 { router.match(host: asked.host, method: method, path: $0) }
    }
    if let preflight = asked.preflight, case .route(let index) = match(preflight.method),
      let cors = plan.routes[index].policies.cors
    {
      let isAdmitted = cors.admits(preflight.origin)
      content = .miss(RouteMiss(preflight: asked, plan.routes[index], isAdmitted: isAdmitted))
      return
    }
    switch match(asked.method) {
    case .notFound: content = .miss(RouteMiss(notFound: asked, plan.routes))
    case .badPath: content = .miss(RouteMiss(badPath: asked))
    case .methodNotAllowed(let allow): content = .miss(RouteMiss(asked, allow: allow, plan.routes))
    case .route(let index):
      try Self.check(asked, plan.routes[index])
      let captures = path.withUTF8 { router.captures(route: index, path: $0) }
      do {
        content = .route(try ExplainedRoute(index, of: plan, asked, captures: captures))
      } catch let fault as RequestFault {
        content = .miss(RouteMiss(refused: asked, fault.status, fault.detail))
      } catch {
        content = .miss(RouteMiss(refused: asked, 400, "the request body is not JSON"))
      }
    }
  }

  /// Values can be given for calls only.
  private static func check(_ asked: ExplainedRequest, _ route: RoutePlan) throws(ExplanationError) {
    var names: [String] = []
    if case .composite(let composite) = route.work { names = composite.calls.map(\.name) }
    for given in asked.values where !names.contains(given.name) {
      let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
      let hint = Suggestion.hint(for: given.name, among: names).map { "; \($0)" } ?? ""
      throw ExplanationError(message: "the route \(route.name) has no call `\(given.name)`; \(known)\(hint)")
    }
  }

  /// Whether a route takes the request; where none does, the texts say why.
  package var isMatch: Bool {
    if case .route = content { true } else { false }
  }

  /// The explanation for people; ends in a line break.
  package var text: String {
    switch content {
    case .miss(let miss): miss.text
    case .route(let route): ExplanationText(route).text
    }
  }

  /// The explanation for tools; docs/explain.md lists the members.
  package var json: String {
    switch content {
    case .miss(let miss): miss.json.indented() + "\n"
    case .route(let route): ExplanationDocument(route).json.indented() + "\n"
    }
  }

  /// A Mermaid flowchart; `nil` where there is nothing to draw.
  package var mermaid: String? {
    switch content {
    case .miss: nil
    case .route(let route): ExplanationChart(route).text
    }
  }
}

/// An error where what was given to be explained does not fit the definitions.
package struct ExplanationError: Error, CustomStringConvertible {
  let message: String
  package var description: String { message }
}

/// A request to be explained, as far as it is given.
package struct ExplainedRequest: Sendable {
  package var method: String
  /// Path and query as a client would send them.
  package var target: String
  package var host: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]?
  /// What calls are supposed to have given, by name.
  package var values: [(name: String, value: JSONValue)]

  package init(
    method: String, target: String, host: String = "localhost", headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil, values: [(name: String, value: JSONValue)] = []
  ) {
    self.method = method
    self.target = target
    self.host = host
    self.headers = headers
    self.body = body
    self.values = values
  }

  /// What a preflight (Fetch §4.8) asks for; `nil`: it is none. As `IncomingRequest.preflightedMethod` has it.
  var preflight: (method: String, origin: String)? {
    func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    guard method == "OPTIONS", let origin = value("origin"), let asked = value("access-control-request-method"),
      HeadSyntax.isToken(asked)
    else { return nil }
    return (asked, origin)
  }

  var path: String { String(Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") })) }
}
