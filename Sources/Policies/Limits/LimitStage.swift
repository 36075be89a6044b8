import Front
import JSONText
import Limiting
import Messages
import Plans

/// Lets so many requests through, and no more (`limit`): the limits that can be asked at one place. *Immutable.*
package struct LimitStage: Stage {
  package let name = "limit"
  /// The first of a route's tells what all of them have said.
  package let seesAnswers: Bool
  private let limits: [CountedLimit]
  /// `nil` where the plan that a client has is of no meaning.
  private let plans: CountedPlans?
  /// `nil` where nothing is read but addresses.
  private let inputs: RequestInputs?
  private let env: JSONObject
  private let limiters: Limiters
  private let log: PolicyLog

  package init(_ limits: [LimitPlan], plans: ClientPlans? = nil, isFirst: Bool, _ limiters: Limiters, _ log: PolicyLog)
  {
    self.limits = limits.map { CountedLimit($0) }
    self.plans = plans.map { CountedPlans($0) }
    self.limiters = limiters
    self.log = log
    seesAnswers = isFirst
    inputs =
      limits.allSatisfy(\.isPlain) ? nil : RequestInputs(limits.reduce(RequestReads()) { $0.union($1.reads) })
    var env = JSONObject()
    for member in limits.flatMap(\.env.members) { env[member.name] = member.value }
    self.env = env
  }

  package func enter(_ exchange: Exchange) -> StageStep {
    var asked = LimitRequest()
    if let refusal = add(to: &asked, exchange) { return refusal }
    if asked.isEmpty { return .pass }
    let decision = limiters[exchange.loopIndex].decide(asked) { exchange.resume(step($0, exchange)) }
    guard let decision else { return .wait }
    return step(decision, exchange)
  }

  package func leave(
    _ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?
  ) -> (any BodyFilter)? {
    guard let decision = exchange.limits as? LimitDecision else { return nil }
    for field in decision.fields { head.changes.set(field.name, field.value) }
    return nil
  }

  // MARK: What is asked

  /// - Returns: the refusal, where it can't be told what the request counts as.
  private func add(to asked: inout LimitRequest, _ exchange: Exchange) -> StageStep? {
    if let why = plans?.add(to: &asked, exchange.request) {
      return .refuse(Problem(403, detail: "access is not allowed"), why: why)
    }
    let scope: Scope?
    do throws(RequestBodyFailure) {
      scope = try inputs?.scope(of: exchange, env: env)
    } catch {
      return .refuse(error.problem)
    }
    for limit in limits {
      do throws(LimitFault) {
        try limit.add(to: &asked, exchange.request, scope)
      } catch {
        if let refusal = refusal(error) { return refusal }
      }
    }
    return nil
  }

  /// `nil`: the request is not counted by that limit.
  private func refusal(_ fault: LimitFault) -> StageStep? {
    switch fault {
    case .missing(let input):
      return .refuse(Problem(400, detail: "the request has no `\(input)`, by which it is counted"))
    case .failed(let why): return .refuse(Problem(400, detail: "the request can't be counted"), why: why)
    case .rate(let name, let why):
      log.note(.noRate, of: name, ["limit": "\(name)", "why": "\(why)"])
      return .refuse(Problem(500, detail: "the request can't be counted"), why: "the rate of `\(name)` \(why)")
    case .nothing(let name):
      limiters.figures.add(.uncounted)
      log.note(.uncounted, of: name, ["limit": "\(name)", "why": "what it counts by is null or empty"])
      return nil
    }
  }

  // MARK: What is decided

  private func step(_ decision: LimitDecision, _ exchange: Exchange) -> StageStep {
    limiters.figures.note(decision)
    if let failure = decision.redisFailure {
      let route = exchange.record.route ?? ""
      log.note(.withoutRedis, of: route, ["route": "\(route)", "why": "\(failure)"])
    }
    exchange.limits = decision.joined(with: exchange.limits as? LimitDecision)
    switch decision.outcome {
    case .allowed: return .pass
    case .refused(let seconds):
      let limit = decision.standings.first?.limit
      let why = limit.map { "\($0.rate.written) of \($0.name)" }
      let detail =
        seconds.map { "too many requests: more in \($0) s" } ?? "the request costs more than is ever let through"
      return .refuse(Problem(429, detail: detail), why: why)
    case .unavailable:
      let problem = Problem(
        503, detail: "requests can't be counted at present", headers: [HeaderField("Retry-After", "1")])
      return .refuse(problem, why: decision.redisFailure.map { "redis: \($0)" })
    }
  }
}
