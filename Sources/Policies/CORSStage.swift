import Front
import Messages
import NIOHTTP1
import Plans

/// Tells browsers which pages of other origins may read the answers of a route, and answers what they ask before (`cors`;
/// Fetch §4.8). *Immutable.*
package struct CORSStage: Stage {
  package let name = "cors"
  package let seesAnswers = true
  package let answersPreflights = true
  private let plan: CORSPlan
  /// What every answer says, whoever asks; a backend says nothing of it.
  private let always: FieldChanges
  /// What answers to a page say that may read them.
  private let exposed: String?

  package init(_ plan: CORSPlan) {
    self.plan = plan
    var always = FieldChanges()
    always.remove("access-control-*")
    if case .listed = plan.origins { always.add("Vary", "Origin") }
    self.always = always
    exposed = Self.list(plan.expose)
  }

  package func enter(_ exchange: Exchange) -> StageStep {
    exchange.request.preflightedMethod == nil ? .pass : .answer(Answer(status: 204))
  }

  package func leave(
    _ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?
  ) -> (any BodyFilter)? {
    head.changes.add(always)
    let request = exchange.request
    let origin = request.headers.first(name: "origin")
    guard let allowed = allowed(origin) else { return nil }
    head.changes.add("Access-Control-Allow-Origin", allowed)
    if plan.credentials { head.changes.add("Access-Control-Allow-Credentials", "true") }
    if let method = request.preflightedMethod {
      answerPreflight(of: method, exchange, &head.changes)
    } else if let exposed {
      head.changes.add("Access-Control-Expose-Headers", exposed)
    }
    return nil
  }

  /// `nil`: nothing is said to it.
  private func allowed(_ origin: String?) -> String? {
    guard case .listed = plan.origins else { return "*" }
    return origin.flatMap { plan.admits($0) ? $0 : nil }
  }

  private func answerPreflight(of method: String, _ exchange: Exchange, _ changes: inout FieldChanges) {
    if let methods = Self.list(plan.methods ?? methods(beside: method, exchange)) {
      changes.add("Access-Control-Allow-Methods", methods)
    }
    if let headers = Self.list(plan.headers ?? Self.asked(exchange.request)) {
      changes.add("Access-Control-Allow-Headers", headers)
    }
    if let age = plan.maxAge { changes.add("Access-Control-Max-Age", "\(age.components.seconds)") }
  }

  private static func asked(_ request: IncomingRequest) -> [String] {
    request.headers["access-control-request-headers"].flatMap { HeaderName.elements($0) }.map { String($0) }
      .filter { HeadSyntax.isToken($0) }
  }

  /// Those of the path whose routes say the same of other origins: a browser keeps what it is told for all of them.
  private func methods(beside method: String, _ exchange: Exchange) -> [String] {
    exchange.methods(and: method) { route in route.stages.contains { ($0 as? CORSStage)?.plan == plan } }
  }

  private static func list(_ names: [String]) -> String? { names.isEmpty ? nil : names.joined(separator: ", ") }
}
