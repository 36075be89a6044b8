import JSONText
import Plans

/// Where a route sends its clients.
struct ExplainedRedirect {
  let status: Int
  let location: String
  /// Why no place can be made of what was given.
  let fault: String?

  init(_ plan: RedirectPlan, _ known: KnownValues) {
    status = plan.status
    let (location, fault) = known.request { values throws(RenderFailure) in try plan.location(values) }
    self.location = location ?? plan.target.source
    self.fault = fault
  }

  var json: JSONValue {
    ["status": .number(JSONNumber(status)), "location": .string(location), "fault": .text(fault)]
  }
}
