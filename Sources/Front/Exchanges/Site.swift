/// What a server serves: a router and, in the order of its entries, a route each. *Immutable*; a reload replaces it as a
/// whole, and an exchange ends on the one that it began with.
package final class Site: Sendable {
  package let router: Router
  package let routes: [Route]
  /// Some route does.
  let answersPreflights: Bool
  /// What is done to the answers to requests without a route.
  let rules: AnswerRules?
  /// Some route has rules.
  let hasRules: Bool

  package init(router: Router, routes: [Route], rules: AnswerRules? = nil) {
    self.router = router
    self.routes = routes
    self.rules = rules
    hasRules = routes.contains { $0.rules != nil }
    answersPreflights = routes.contains { $0.answersPreflights }
  }

  /// Each work with its stages, to which that of the body is added where the work needs one.
  package convenience init(_ entries: [(entry: Router.Entry, stages: [any Stage], work: any Endpoint)]) {
    let router = Router(entries.map(\.entry))
    let routes = zip(router.names, entries).map { name, route in
      Route(name: name, stages: route.stages + BodyStage.needed(by: route.work), work: route.work)
    }
    self.init(router: router, routes: routes)
  }
}

/// What a request with a certain method and path goes through. *Immutable*.
package final class Route: Sendable {
  /// As in the definitions.
  package let name: String
  /// In their order; a route without policies has none.
  package let stages: [any Stage]
  package let work: any Endpoint
  /// Its body is collected, or streamed on.
  let takesBody: Bool
  /// Places of the stages that look at answers, the last one first.
  let leaving: [Int]
  let answersPreflights: Bool
  let rules: AnswerRules?

  package init(name: String, stages: [any Stage] = [], work: any Endpoint, rules: AnswerRules? = nil) {
    self.name = name
    self.stages = stages
    self.work = work
    self.rules = rules
    takesBody = work.body == .streamed || stages.contains { $0 is BodyStage }
    answersPreflights = stages.contains { $0.answersPreflights }
    leaving = stages.indices.filter { stages[$0].seesAnswers }.reversed()
  }
}
