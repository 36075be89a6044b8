import Caching
import Front
import Idempotency
import Identity
import Limiting
import Logging
import Messages
import Plans
import Policies
import Scripts
import Timing
import Transfers
import Upstream

/// A provider that takes who a test says the client is, and else what it would take. *Immutable.*
struct RehearsedProvider: IdentityProvider {
  let base: any IdentityProvider
  /// Confined to the rehearsal's thread, as all that asks is.
  let given: GivenIdentity

  var plan: ProviderPlan { base.plan }
  var challenge: Challenge? { base.challenge }

  func credential(of request: IncomingRequest) -> Credential {
    guard let given = given.identity else { return base.credential(of: request) }
    return given.provider == nil || given.provider == plan.name ? .present("") : base.credential(of: request)
  }

  func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    guard let given = given.identity, given.provider == nil || given.provider == plan.name else {
      return base.verify(credential, of: exchange, later: later)
    }
    return .verified(
      ClientIdentity(
        provider: plan.name, subject: given.subject, plan: given.plan, groups: given.groups, claims: given.claims,
        fields: given.fields))
  }
}

/// Who the client of the request under way is. *Confined to* the rehearsal's thread: `@unchecked Sendable`.
final class GivenIdentity: @unchecked Sendable {
  /// `nil`: what it shows counts.
  var identity: TestIdentity?
}

/// Keys that a script has; that there are none is told by a request that needs them. *Confined to* the rehearsal's thread,
/// as its base is: `@unchecked Sendable`.
struct RehearsedKeys: KeyFetcher, @unchecked Sendable {
  let base: KeyFetch
  let network: RehearsedNetwork

  func now() -> Instant { .now() }

  func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    base.schedule(at: instant, body)
  }

  func fetch(_ plan: PublishedKeysPlan, completion: @escaping @Sendable (FetchedKeys?) -> Void) {
    guard network.answers(plan.place, "GET") else { return base.loop.reactor.execute { completion(nil) } }
    base.fetch(plan, completion: completion)
  }
}

/// Tokens of the gateway's own that a script has, or one that is none: backends of tests look at no tokens. *Confined to* the
/// rehearsal's thread, as its base is: `@unchecked Sendable`.
struct RehearsedTokens: AccessTokenFetcher, @unchecked Sendable {
  let base: AccessTokenFetch
  let network: RehearsedNetwork

  func now() -> Instant { .now() }

  func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    base.schedule(at: instant, body)
  }

  func fetch(_ plan: OAuth2Plan, by backends: BackendPool, completion: @escaping @Sendable (AccessToken?) -> Void) {
    guard network.answers(plan.place, "POST") else {
      return base.loop.reactor.execute { completion(AccessToken(Secret("rehearsed"), lifetime: nil)) }
    }
    base.fetch(plan, by: backends, completion: completion)
  }
}

extension GatewayPlan {
  /// As it can be run without a network and without anybody beside: what a fleet shares is the process's own, and nobody
  /// asks backends how they are.
  var rehearsed: GatewayPlan {
    var plan = self
    plan.process.cache.redis = nil
    plan.process.state = .withCache
    for index in plan.backends.indices {
      plan.backends[index].health = nil
      // Scripts see requests as definitions have them.
      for place in plan.backends[index].addresses.indices { plan.backends[index].addresses[place].basePath = "" }
    }
    return plan
  }
}
