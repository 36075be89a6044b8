import Caching
import Idempotency
import Identity
import Limiting
import Plans
import Redis

/// What the process keeps over its generations, made when a plan first has a use for it. *Immutable.*
struct KeptParts: Sendable {
  /// `nil` as long as nothing was ever cached.
  let cache: CompositeCache?
  let limiters: Limiters
  let claims: ClaimLoops
  /// Keys of clients in Redis, where `state` is.
  let apiKeys: RedisAPIKeys?
  /// The links by which a fleet counts and knows keys; `nil` as long as nothing does there.
  let state: RedisLinks?

  /// Connects; does not wait for it. Throws where Redis can't be reached as its settings say.
  /// - Parameter former: goes on, where it is there.
  init(for plan: GatewayPlan, on process: ProcessParts, after former: KeptParts? = nil) throws(GatewayError) {
    let loops = Array(process.frontLoops.makeIterator())
    do {
      var cache = former?.cache
      if cache == nil, plan.keepsAnything || plan.process.cache.redis != nil {
        cache = try CompositeCache(plan.process.cache, loops: loops, logger: process.logger)
      }
      var state = former?.state
      if state == nil, plan.sharesState, let settings = plan.process.stateRedis {
        state = try RedisLinks(settings, loops: loops, logger: process.logger)
      }
      self.cache = cache
      self.state = state
      if let former, (former.state == nil) == (state == nil) {
        limiters = former.limiters
        claims = former.claims
        apiKeys = former.apiKeys
      } else {
        limiters = Limiters(loops: loops, local: process.counters, figures: process.limitFigures, redis: state)
        claims = ClaimLoops(
          loops: loops, local: process.claimedKeys, figures: process.claimFigures, redis: state, logger: process.logger)
        apiKeys = state.map { RedisAPIKeys($0, logger: process.logger) }
      }
    } catch {
      throw .cannotConnect("\(error)")
    }
    if former?.cache == nil { cache?.start() }
    if former?.state == nil { state?.start() }
  }

  func stop() {
    cache?.stop()
    state?.stop()
  }
}
