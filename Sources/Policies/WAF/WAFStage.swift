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
  private let logger: Logger

  package init(_ plan: WAFPlan, hasBody: Bool, threads: InspectionThreads, logger: Logger) {
    self.plan = plan
    self.hasBody = hasBody
    self.threads = threads
    self.logger = logger
  }

  package func enter(_ exchange: Exchange) -> StageStep {
    threads.inspect(WAFInspection(exchange: exchange, stage: self)) ? .wait : tooMany(exchange)
  }

  /// On the front loop.
  func step(_ verdict: Verdict, _ exchange: Exchange) -> StageStep {
    switch (verdict, plan.mode) {
    case (.passed, .block): return .pass
    case (.passed, .detect):
      if hasBody, exchange.request.body == nil, exchange.request.bodyLength != .none {
        note("the waf did not look at a body that is too long", exchange)
      }
      return .pass
    case (.refused(let status, let findings), .block):
      return .refuse(Problem(status, detail: "the request is not taken"), why: findings.description)
    case (.refused(let status, let findings), .detect):
      note("the waf would have refused", exchange, ["status": "\(status)", "why": "\(findings)"])
      return .pass
    }
  }

  /// There is nobody to look at it in time.
  func tooMany(_ exchange: Exchange) -> StageStep {
    guard plan.mode == .block else {
      note("the waf did not look at a request: too many wait for it", exchange)
      return .pass
    }
    let problem = Problem(
      503, detail: "too many requests wait to be inspected", headers: [HeaderField("Retry-After", "1")])
    return .refuse(problem)
  }

  private func note(_ message: Logger.Message, _ exchange: Exchange, _ facts: Logger.Metadata = [:]) {
    var metadata = facts
    metadata["route"] = "\(exchange.record.route ?? "")"
    metadata["client"] = "\(exchange.request.client.address)"
    metadata["request"] = "\(exchange.request.client.requestID)"
    logger.notice(message, metadata: metadata)
  }
}
