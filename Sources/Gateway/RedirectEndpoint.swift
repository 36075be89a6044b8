import Front
import JSONText
import Messages
import Plans

/// Sends clients elsewhere. *Immutable.*
struct RedirectEndpoint: Endpoint {
  let body = BodyMode.ignored
  private let plan: RedirectPlan
  private let inputs: RequestInputs

  init(_ plan: RedirectPlan) {
    self.plan = plan
    inputs = RequestInputs(plan.reads)
  }

  func serve(_ exchange: Exchange) {
    do {
      let scope = try inputs.scope(of: exchange, env: JSONObject())
      let location = try plan.location(scope)
      exchange.answer(Answer(status: plan.status, headers: [HeaderField("Location", location)]))
    } catch {
      exchange.answer(Problem(400, detail: "no redirect target can be made of this request").answer())
    }
  }
}
