import Firewall
import Front
import Logging
import Messages
import Plans

/// Has requests inspected by rules (`waf`), on threads of their own. *Immutable.*
package struct WAFStage: Stage {
  package let name = "waf"
  let plan: WAFPlan
  /// The work sees the body, so that the rules have to.
  private let hasBody: Bool
  private let threads: InspectionThreads
  private let log: PolicyLog

  package init(_ plan: WAFPlan, hasBody: Bool, threads: InspectionThreads, _ log: PolicyLog) {
    self.plan = plan
    self.hasBody = hasBody
    self.threads = threads
    self.log = log
  }

  package func enter(_ exchange: Exchange) -> StageStep {
    threads.begin(WAFInspection(exchange: exchange, stage: self)) ? .wait : tooMany(exchange)
  }

  /// On the front loop.
  func step(_ verdict: Verdict, _ exchange: Exchange) -> StageStep {
    switch (verdict, plan.mode) {
    case (.passed, .block): return .pass
    case (.passed, .detect):
      if hasBody, exchange.request.body == nil, exchange.request.bodyLength != .none {
        note(.longBody, exchange)
      }
      return .pass
    case (.refused(let status, let findings), .block):
      return .refuse(Problem(status, detail: "the request was blocked"), why: findings.description)
    case (.refused(let status, let findings), .detect):
      // What other rules find on a route is told for itself: rules that are wrong about it are to be found by it.
      let kind = findings.shown.map { " \($0.id)" }.joined()
      note(.wouldRefuse, exchange, of: kind, ["status": "\(status)", "why": "\(findings)"])
      return .pass
    }
  }

  /// There is nobody to look at it in time.
  func tooMany(_ exchange: Exchange) -> StageStep {
    guard plan.mode == .block else {
      note(.uninspected, exchange)
      return .pass
    }
    let problem = Problem(
      503, detail: "too many requests wait to be inspected", headers: [HeaderField("Retry-After", "1")])
    return .refuse(problem)
  }

  /// - Parameter kind: tells events of one route apart.
  private func note(
    _ event: PolicyLog.Event, _ exchange: Exchange, of kind: String = "",
    _ facts: @autoclosure () -> Logger.Metadata = [:]
  ) {
    let (route, client) = (exchange.record.route ?? "", exchange.request.client)
    let place: Logger.Metadata = ["route": "\(route)", "client": "\(client.address)", "request": "\(client.requestID)"]
    log.note(event, of: route + kind, place.merging(facts()) { $1 })
  }
}
