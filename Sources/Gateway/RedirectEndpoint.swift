import Front
import JSONText
import Messages
import Plans

/// Sends clients elsewhere. *Immutable.*
struct RedirectEndpoint: Endpoint {
  let body = BodyMode.ignored
  private let plan: RedirectPlan
  private let inputs: RequestInputs

  /// What the expressions of one request may take in all: they run on a loop that others wait for.
  private static let maxSteps = 50_000

  init(_ plan: RedirectPlan) {
    self.plan = plan
    inputs = RequestInputs(plan.reads)
  }

  func serve(_ exchange: Exchange) {
    do {
      var scope = try inputs.scope(exchange.request, env: JSONObject())
      scope.limit(steps: Self.maxSteps)
      let location = try plan.location(scope)
      exchange.answer(Answer(status: plan.status, headers: [HeaderField("Location", location)]))
    } catch {
      exchange.answer(Problem(400, detail: "no place to go on to can be made of this request").answer())
    }
  }
}
