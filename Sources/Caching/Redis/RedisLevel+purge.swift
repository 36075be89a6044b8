import NIOCore
import Redis

extension RedisLevel {
  /// The life of a tombstone, which outlives every fetch that began before it.
  private static let tombstoneLifetime: Int64 = 120_000

  /// Makes everything that `purge` names void for all gateways, and tells them. Fails at once where Redis is known to
  /// be out of reach; the caller says so to whoever asked for the purge.
  func purge(_ purge: Purge, within budget: TimeAmount, _ completion: @escaping (Result<Void, RedisFailure>) -> Void) {
    switch purge {
    case .all: mark(.all, purge, AssuredMarks.lifetime, within: budget, completion)
    case .route(let route): mark(route, purge, AssuredMarks.lifetime, within: budget, completion)
    case .tag(let tag): mark(tag, purge, RedisLevel.purgeLifetime, within: budget, completion)
    case .key(let key): bury(key, within: budget, completion)
    }
  }

  /// The life of a purged tag's mark; beyond, its absence makes entries void as well.
  private static let purgeLifetime: Int64 = 7 * 24 * 3600 * 1000

  private func mark(
    _ tag: CacheTag, _ purge: Purge, _ lifetime: Int64, within budget: TimeAmount,
    _ completion: @escaping (Result<Void, RedisFailure>) -> Void
  ) {
    let arguments: [RedisArgument] = [.integer(lifetime), .text(keys.channel), .text(CacheEvent.start(of: purge))]
    link.run(CacheScripts.purgeTag, keys: [keys.tag(tag)], arguments, within: budget) { result in
      self.note(result, of: .write)
      // At once, since the event about it may take a moment to come back.
      if let stamp = result.success?.string.flatMap({ Stamp(decimal: $0.utf8) }) { self.stamps.purged(tag, stamp) }
      completion(result.map { _ in })
    }
  }

  /// Asks for Redis' time first: a fetch that began before it is kept from storing, one that begins later is not.
  private func bury(
    _ key: CacheKey, within budget: TimeAmount, _ completion: @escaping (Result<Void, RedisFailure>) -> Void
  ) {
    let deadline = NIODeadline.now() + budget
    let name = keys.value(key)
    time(of: key, until: deadline) { stamp in
      guard let stamp else { return completion(.failure(.unavailable)) }
      let tombstone = EntryCoding.tombstone(stamp, key: key)
      let commands = [
        RedisCommand(
          ["SET", name, .buffer(tombstone), "PX", .integer(RedisLevel.tombstoneLifetime)], key: name),
        RedisCommand(["PUBLISH", .text(self.keys.channel), .text(CacheEvent.purged(.key(key), stamp).text)]),
      ]
      self.gather(commands, within: deadline - .now()) { results in
        for result in results { self.note(result, of: .write) }
        completion(results.compactMap(\.failure).first.map { .failure($0) } ?? .success(()))
      }
    }
  }
}
