import Front
import Hashing
import JSONText
import Plans
import Timing

/// Knows clients by keys that they were given. *Immutable*, but for what it remembers of those in Redis.
package final class APIKeyProvider: IdentityProvider {
  package let plan: ProviderPlan
  package let challenge: Challenge?
  private let places: CredentialPlaces
  private let table: APIKeyTable
  private let asksRedis: Bool
  /// `nil` where no provider has keys there.
  private let redis: RedisAPIKeys?

  /// The longest key, in bytes.
  package static let longestKey = 1024

  package init(_ provider: ProviderPlan, _ plan: APIKeyPlan, _ redis: RedisAPIKeys?) {
    self.plan = provider
    self.redis = redis
    asksRedis = plan.asksRedis
    places = CredentialPlaces(plan.places)
    table = APIKeyTable(plan.keys.revealed, provider: provider.name)
    challenge = Challenge(at: plan.places, orElse: "ApiKey", realm: provider.name)
  }

  package func credential(of request: IncomingRequest) -> Credential { places.credential(of: request) }

  package func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    guard credential.utf8.count <= Self.longestKey else { return .invalid("the key is too long") }
    let hash = Hash256(of: credential)
    if let key = table[hash] { return key.verdict(at: .clock()) }
    guard asksRedis else { return .invalid("the key is not known") }
    guard let redis else { return .unknown("there is no redis to look the key up in") }
    return redis.verdict(of: hash, provider: plan.name, exchange, later: later)
  }
}

/// A client that a key is of. A value.
struct KnownKey: Sendable {
  let identity: ClientIdentity
  let expires: Int64?
  let isDisabled: Bool

  init(_ entry: APIKeyEntry, provider: String) {
    identity = ClientIdentity(
      provider: provider, subject: entry.id, plan: entry.plan, groups: entry.groups, fields: entry.fields)
    expires = entry.expires
    isDisabled = entry.isDisabled
  }

  func verdict(at now: WallTime) -> Verdict {
    if isDisabled { return .invalid("the key of \(identity.subject ?? "") is disabled") }
    if let expires, now.milliseconds >= expires { return .invalid("the key of \(identity.subject ?? "") has expired") }
    return .verified(identity)
  }
}
