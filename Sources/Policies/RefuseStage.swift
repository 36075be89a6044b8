import Front
import JMESPath
import JSONText
import Messages
import Plans

/// Refuses requests by what they say (`refuse`). *Immutable.*
package struct RefuseStage: Stage {
  package let name = "refuse"
  private let plan: RefusalPlan
  private let inputs: RequestInputs

  package init(_ plan: RefusalPlan) {
    self.plan = plan
    inputs = RequestInputs(plan.reads)
  }

  package func enter(_ exchange: Exchange) -> StageStep {
    // No body is read here, and nothing else of a request can be wrong.
    guard let scope = try? inputs.scope(of: exchange, env: plan.env) else { return .refuse(Problem(400)) }
    for rule in plan.rules {
      if let why = reason(of: rule, scope) { return .refuse(Problem(rule.status, detail: rule.detail), why: why) }
    }
    return .pass
  }

  /// Where it can't be told, it is refused: else whoever makes a rule fail would get past it. `nil`: it passes.
  private func reason(of rule: RefusalPlan.Rule, _ scope: Scope) -> String? {
    do throws(RenderFailure) {
      return try rule.when.value(scope).isTruthy ? rule.detail ?? rule.when.source : nil
    } catch {
      return error.message
    }
  }
}
