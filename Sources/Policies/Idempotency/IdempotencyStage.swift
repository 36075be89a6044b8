import Front
import Idempotency
import Messages
import NIOCore
import NIOPosix
import Plans

/// Has requests with one key worked at once, and gives the answer of the first again (`idempotency`;
/// draft-ietf-httpapi-idempotency-key-header). *Immutable.*
package struct IdempotencyStage: Stage {
  package let name = "idempotency"
  package let seesAnswers = true
  private let plan: IdempotencyPlan
  private let claims: ClaimLoops

  /// A longer body is hashed on a thread that no other request waits for: 1 MiB takes up to two milliseconds.
  private static let mostHashedHere = 128 * 1024
  private static let retryAfter = HeaderField("Retry-After", "1")

  package init(_ plan: IdempotencyPlan, _ claims: ClaimLoops) {
    self.plan = plan
    self.claims = claims
  }

  package func enter(_ exchange: Exchange) -> StageStep {
    let request = exchange.request
    guard !SafeMethod.contains(request.method) else { return .pass }
    let key: ClientKey
    do throws(ClientKey.Fault) {
      guard let found = try ClientKey(request, in: plan.header) else { return missing() }
      key = found
    } catch {
      return .refuse(Problem(400, detail: "\(plan.header) \(error.words)"))
    }
    guard request.body?.count ?? 0 > Self.mostHashedHere else { return claim(KeyedRequest(request, key), exchange) }
    NIOThreadPool.singleton.submit { _ in
      let keyed = KeyedRequest(request, key)
      exchange.onLoop { if exchange.isAwaited { exchange.resume(claim(keyed, exchange)) } }
    }
    return .wait
  }

  package func leave(
    _ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?
  ) -> (any BodyFilter)? {
    // What a sink refuses by itself is no answer of the work.
    guard exchange.isAnswered, let keeper = exchange.keeper as? RequestKeeper else { return nil }
    return keeper.collect(head, fields, length: length, workGoesOn: exchange.outlivesClient)
  }

  private func missing() -> StageStep {
    plan.isRequired ? .refuse(Problem(400, detail: "the request needs a key in \(plan.header)")) : .pass
  }

  // MARK: The key

  private func claim(_ request: KeyedRequest, _ exchange: Exchange) -> StageStep {
    let result = claims[exchange.loopIndex].claim(request, plan, isAwaited: { exchange.isAwaited }) { result in
      exchange.resume(step(result, exchange))
    }
    guard let result else { return .wait }
    return step(result, exchange)
  }

  private func step(_ result: ClaimResult, _ exchange: Exchange) -> StageStep {
    switch result {
    case .begun(let claim):
      exchange.keeper = RequestKeeper(claim)
      return .pass
    case .kept(let answer):
      replay(answer, exchange)
      return .wait
    case .other:
      return .refuse(Problem(422, detail: "the key in \(plan.header) is that of another request"))
    case .running:
      let detail = "a request with the key in \(plan.header) has not ended"
      return .refuse(Problem(409, detail: detail, headers: [Self.retryAfter]))
    case .full:
      return .refuse(Problem(503, detail: "too many requests with keys have not ended", headers: [Self.retryAfter]))
    case .unavailable(let failure):
      let problem = Problem(503, detail: "keys can't be looked up now", headers: [Self.retryAfter])
      return .refuse(problem, why: "redis: \(failure)")
    }
  }

  private func replay(_ answer: KeptAnswer, _ exchange: Exchange) {
    exchange.record.isReplayed = true
    exchange.record.outcome = answer.fields.outcome
    exchange.answer(status: answer.status, ReplayedFields(kept: answer.fields), body: answer.body)
  }
}

/// The fields of a kept answer, and the one that says so. A value.
private struct ReplayedFields: FieldSequence {
  private static let mark = [HeaderField("Idempotency-Replayed", "true")]

  let kept: KeptFields

  var estimatedBytes: Int { kept.estimatedBytes + Self.mark.estimatedBytes }

  func forEachField(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void) {
    kept.forEachField(body)
    Self.mark.forEachField(body)
  }
}

extension KeptFields {
  /// What `Weft-Outcome` says.
  fileprivate var outcome: String? {
    var outcome: String?
    forEachField { name, value in
      if name.count == 12, HeaderName.equals(name, "weft-outcome") { outcome = String(decoding: value, as: UTF8.self) }
    }
    return outcome
  }
}
