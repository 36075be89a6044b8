import Plans

/// The words in which `explain` tells what is done to all answers of a route.
enum ExplainedAnswers {
  static func facts(_ route: RoutePlan) -> [(name: String, value: String)] {
    let answers = route.policies.answers
    var facts: [(name: String, value: String)] = []
    // A composite's are told with its answer.
    if route.composite == nil, let headers = answers.responseHeaders {
      facts.append(("says", headers.templates.map(words).joined(separator: "; ")))
    }
    if answers.errors != nil { facts.append(("errors", "in a shape of its own")) }
    if let expose = answers.expose {
      var hidden = expose.outcomeHeader ? [] : ["Weft-Outcome, but from trusted proxies"]
      if !expose.requestID { hidden.append("X-Request-Id") }
      if !hidden.isEmpty { facts.append(("hides", hidden.joined(separator: "; "))) }
      if expose.serverTiming { facts.append(("tells", "Server-Timing")) }
    }
    return facts
  }

  private static func words(_ template: HeaderTemplate) -> String {
    template.isLeftOut ? "no \(template.name.lowercased())" : "\(template.name.lowercased()): \(template.value.source)"
  }
}
