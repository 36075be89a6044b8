import Front
import Hashing
import Logging
import NIOCore
import Plans
import Redis
import Timing

/// *Immutable*, but for what it remembers, which guards itself. The API keys that a fleet has in Redis: each is a hash,
/// named by the SHA-256 of the key. What is said of one is kept for a while, that there is none as well.
package final class RedisAPIKeys: Sendable {
  /// For how long what Redis has said counts.
  static let memory: Duration = .seconds(30)

  private let redis: RedisLinks
  private let prefix: String
  private let budget: TimeAmount
  private let verdicts = VerdictMemory()
  private let logger: Logger

  /// - Parameter redis: links on the front loops.
  package init(_ redis: RedisLinks, logger: Logger) {
    self.redis = redis
    self.logger = logger
    prefix = redis.topology.settings.prefix + "apikey:"
    budget = .nanoseconds(redis.topology.settings.commandTimeout.nanoseconds)
  }

  /// Returns what is known already; `nil`: `later` is called once. On the front loop.
  func verdict(
    of key: Hash256, provider: String, _ exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    var digest = Digest.ofProcess()
    digest.update(counted: provider)
    digest.update(counted: key.hex)
    return verdicts.verdict(of: Hash256(digest), later: later) { completion in
      let name = RedisArgument.text(prefix + key.hex)
      let link = redis.links[exchange.loopIndex].value
      link.send(RedisCommand(["HGETALL", name], key: name), within: budget) { [self] result in
        let (verdict, lifetime) = verdict(result, of: key, provider: provider, at: .clock())
        // A link that is down says so at once, and nobody may be told before this returns.
        exchange.soonOnLoop { completion(verdict, lifetime) }
      }
    }
  }

  private func verdict(
    _ result: RedisResult, of key: Hash256, provider: String, at now: WallTime
  ) -> (Verdict, lifetime: Duration) {
    do throws(StoredKeyFault) {
      if result.failure?.code == "WRONGTYPE" { throw .reply }
      redis.topology.refusals.note(result, of: .read)
      switch result {
      case .failure(let failure): return (.unknown("the key can't be looked up in redis: \(failure)"), .zero)
      case .success(let reply):
        guard let entry = try StoredKey.entry(reply) else { return (.invalid("the key is not known"), Self.memory) }
        return (KnownKey(entry, provider: provider).verdict(at: now), Self.lifetime(of: entry, at: now))
      }
    } catch {
      // So much of its name that it is found by it, and no key can be tried out by it.
      logger.warning(
        "an api key in redis is refused", metadata: ["key": "\(prefix)\(key.hex.prefix(8))…", "why": "\(error)"])
      return (.invalid("the entry of the key \(error)"), Self.memory)
    }
  }

  /// No longer than until it expires.
  private static func lifetime(of entry: APIKeyEntry, at now: WallTime) -> Duration {
    guard let expires = entry.expires, expires > now.milliseconds else { return memory }
    return min(memory, .milliseconds(expires - now.milliseconds))
  }
}
