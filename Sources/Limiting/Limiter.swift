import Plans
import Redis
import Timing

/// *Confined to its event loop.* Decides about requests by their limits: where each counts, and what holds while Redis can't
/// be asked.
package final class Limiter {
  private let local: LocalCounters
  private let redis: RedisCounters?
  private let clock: () -> WallTime

  /// - Parameter local: of the process, whatever the loop.
  package init(local: LocalCounters, redis: RedisCounters? = nil, clock: @escaping () -> WallTime = { .now() }) {
    self.local = local
    self.redis = redis
    self.clock = clock
  }

  /// Decides, and counts where all of the request's limits have room.
  ///
  /// Limits of both stores in one request: those of the process are tried first, Redis counts next, and they count last.
  /// So a refusal costs nothing anywhere, but where others have used up the process's share meanwhile: then Redis has
  /// counted what is refused. More than is allowed is never let through.
  /// - Returns: the decision, or `nil` where Redis is asked; `completion` then is called with it on the event loop, after
  ///   this has returned.
  package func decide(_ request: LimitRequest, _ completion: @escaping (LimitDecision) -> Void) -> LimitDecision? {
    let now = clock()
    guard let redis else { return LimitDecision(local.count(request.counters, at: now)) }
    let shared = request.counters.filter { $0.limit.conduct.store == .shared }
    let own = request.counters.filter { $0.limit.conduct.store == .local }
    if shared.isEmpty { return LimitDecision(local.count(own, at: now)) }
    if !own.isEmpty {
      let trial = LimitDecision(local.count(own, isTrial: true, at: now))
      if trial.outcome != .allowed { return trial }
    }
    let call = PendingResult(completion)
    redis.count(shared, at: now) { result in
      call.tell(self.decision(result, shared, own))
    }
    return call.returned()
  }

  private func decision(
    _ result: Result<[LimitStanding], RedisFailure>, _ shared: [LimitRequest.Counter], _ own: [LimitRequest.Counter]
  ) -> LimitDecision {
    // Others may have been counted here while Redis was waited for.
    let now = clock()
    switch result {
    case .success(let standings):
      let isRefused = standings.contains { $0.wait != .nothing }
      return LimitDecision(standings + local.count(own, isTrial: isRefused, at: now))
    case .failure(let failure):
      let conduct = shared.map(\.limit.conduct.onRedisFailure).max() ?? .local
      var decision =
        switch conduct {
        case .allow: LimitDecision(local.count(own, at: now))
        case .local: LimitDecision(local.count(shared + own, at: now))
        case .deny: LimitDecision.unavailable
        }
      if conduct != .local { decision.unasked = shared.map(\.limit) }
      decision.redisFailure = failure
      return decision
    }
  }
}
