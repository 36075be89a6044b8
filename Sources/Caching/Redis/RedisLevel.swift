import Messages
import NIOCore
import Redis
import Timing

/// *Confined to its event loop.* The second level: what Redis means to the cache, over one loop's link.
///
/// An entry is good only if each of its tags, its route and `all` has a mark in Redis with a stamp before the entry's
/// fetch began. A mark that is missing (evicted, expired, lost in a failover) makes the entry void, so a purge can't
/// be undone by Redis forgetting it; a mark that is made anew has the stamp of just before the fetch that makes it.
final class RedisLevel {
  enum Found {
    case entry(CacheEntry)
    case nothing
    /// Redis did not say in time.
    case unavailable
  }

  struct Lease {
    var isTaken: Bool
    /// The time when the fetch begins, on Redis' clock.
    var began: Stamp
    /// An entry that has come in since it was missed.
    var entry: CacheEntry?
    /// The time that another's lease lasts at most.
    var rest: TimeAmount
  }

  /// The largest value; larger ones stay in memory. Half of what is taken as a reply.
  static let mostBytes = RedisReply.mostBytes / 2
  /// The longest rest of another's lease, in milliseconds: a day, longer than any route's time.
  private static let longestLease: Int64 = 24 * 3600 * 1000

  let link: any RedisLink
  let keys: RedisKeys
  let stamps: TagStamps
  let log: PurgeLog
  let counters: CacheCounters
  let clock: RedisClock
  let refusals: RefusalWatch
  /// The time of commands whose result nobody waits for.
  let storeBudget: TimeAmount
  var assured = AssuredMarks()

  init(
    link: any RedisLink, keys: RedisKeys, stamps: TagStamps, log: PurgeLog, counters: CacheCounters,
    clock: RedisClock, refusals: RefusalWatch, storeBudget: TimeAmount
  ) {
    self.link = link
    self.keys = keys
    self.stamps = stamps
    self.log = log
    self.counters = counters
    self.clock = clock
    self.refusals = refusals
    self.storeBudget = storeBudget
  }

  func find(_ key: CacheKey, until deadline: NIODeadline, _ completion: @escaping (Found) -> Void) {
    guard link.isUsable else { return completion(.unavailable) }
    let name = keys.value(key)
    // Its reply comes first.
    if !clock.isKnown { askTime(name) }
    link.send(RedisCommand(["GET", name], key: name), within: deadline - .now()) { result in
      switch result {
      case .success(let reply):
        self.refusals.done(.read)
        self.examine(reply, key, until: deadline) { found in
          if case .entry = found { self.counters.add(.redisHits) } else { self.counters.add(.redisMisses) }
          completion(found)
        }
      case .failure(let failure) where failure.code == "WRONGTYPE":
        self.counters.add(.redisForeign)
        self.counters.add(.redisMisses)
        completion(.nothing)
      case .failure(let failure):
        self.note(failure, of: .read)
        completion(.unavailable)
      }
    }
  }

  /// Takes the lease of a key. `nil` where Redis did not say in time; then the fetch goes on without one.
  func acquire(
    _ key: CacheKey, route: CacheTag, token: String, lasting: Duration, until deadline: NIODeadline,
    _ completion: @escaping (Lease?) -> Void
  ) {
    let sent = clock.now()
    link.run(
      CacheScripts.acquire, keys: [keys.value(key), keys.lease(key)],
      [.text(token), .integer(lasting.milliseconds)], within: deadline - .now()
    ) { result in
      guard case .success(.array(let parts)) = result, parts.count == 4,
        let taken = parts[0].integer, let began = parts[1].string.flatMap({ Stamp(decimal: $0.utf8) }),
        let rest = parts[3].integer
      else {
        self.note(result.failure ?? .unexpected, of: .write)
        return completion(nil)
      }
      self.refusals.done(.write)
      self.clock.learn(began, askedAt: sent)
      if taken == 1 { self.markBeginning(route, began) }
      self.examine(parts[2], key, until: deadline) { found in
        var lease = Lease(isTaken: taken == 1, began: began, rest: RedisLevel.wait(rest))
        if case .entry(let entry) = found { lease.entry = entry }
        completion(lease)
      }
    }
  }

  /// Asks for the time on the clock of the node that has the key, which is the one that the key's fetches are stamped
  /// with.
  func time(of key: CacheKey, until deadline: NIODeadline, _ completion: @escaping (Stamp?) -> Void) {
    let sent = clock.now()
    link.run(CacheScripts.time, keys: [keys.value(key)], [], within: deadline - .now()) { result in
      self.note(result, of: .read)
      let stamp = result.success?.string.flatMap { Stamp(decimal: $0.utf8) }
      if let stamp { self.clock.learn(stamp, askedAt: sent) }
      completion(stamp)
    }
  }

  private func askTime(_ name: RedisArgument) {
    let sent = clock.now()
    link.send(RedisCommand(["TIME"], key: name), within: storeBudget) { result in
      // Seconds, and the microseconds since.
      let parts = result.success?.elements?.compactMap { $0.string.flatMap { Stamp(decimal: $0.utf8) } } ?? []
      guard parts.count == 2, parts[0].microseconds < Stamp.limit / 1_000_000 else {
        return self.note(result.failure ?? .unexpected, of: .read)
      }
      let stamp = Stamp(microseconds: parts[0].microseconds * 1_000_000 + parts[1].microseconds)
      self.clock.learn(stamp, askedAt: sent)
    }
  }

  func release(_ key: CacheKey, token: String) {
    link.run(
      CacheScripts.release, keys: [keys.lease(key)],
      [.text(token), .text(keys.channel), .text(CacheEvent.released(key).text)], within: storeBudget
    ) { result in if case .failure(let failure) = result { self.count(failure) } }
  }

  /// Stores the marks first, so that whoever hears of the value finds them.
  func store(_ entry: CacheEntry, for key: CacheKey, token: String?, at now: WallTime) {
    let lifetime = entry.times.usableUntil.milliseconds &- now.milliseconds
    guard lifetime > 0, let value = EntryCoding.encode(entry, key: key, lead: clock.lead),
      value.readableBytes <= RedisLevel.mostBytes
    else {
      counters.add(.storeFailures)
      if let token { release(key, token: token) }
      return
    }
    mark(entry, lifetime, at: now) {
      self.link.run(
        CacheScripts.store, keys: [self.keys.value(key), self.keys.lease(key)],
        [
          .bytes(entry.began.decimal), .buffer(value), .integer(lifetime), .text(token ?? "-"),
          .text(self.keys.channel), .text(CacheEvent.stored(key, entry.began).text),
          .text(CacheEvent.released(key).text),
        ], within: self.storeBudget
      ) { result in
        self.note(result, of: .write)
        if case .success = result { self.counters.add(.stores) } else { self.counters.add(.storeFailures) }
      }
    }
  }

  /// Returns the time until a lease that has so much left is over; `PTTL` says -2 for one that has just gone, and -1
  /// for one that never ends, which is none of ours: it is looked at again from time to time.
  static func wait(_ rest: PeerNumber) -> TimeAmount {
    rest == -1 ? .seconds(1) : .milliseconds(rest.clamped(to: 0...longestLease) + 1)
  }

  // MARK: Commands

  /// Sends all at once; the results come together, in order.
  func gather(
    _ commands: [RedisCommand], within budget: TimeAmount, _ completion: @escaping ([RedisResult]) -> Void
  ) {
    var results = [RedisResult](repeating: .failure(.unavailable), count: commands.count)
    var left = commands.count
    guard left > 0 else { return completion([]) }
    for (index, command) in commands.enumerated() {
      link.send(command, within: budget) { result in
        results[index] = result
        left -= 1
        if left == 0 { completion(results) }
      }
    }
  }

  /// Counts a result, and tells who watches. Not for giving a lease back, which a full Redis lets happen.
  func note(_ result: RedisResult, of work: Refusals.Work) {
    if let failure = result.failure { count(failure) }
    refusals.note(result, of: work)
  }

  func note(_ failure: RedisFailure, of work: Refusals.Work) {
    count(failure)
    refusals.heard(failure, of: work)
  }

  private func count(_ failure: RedisFailure) {
    if failure.isReply { counters.add(.redisErrors) }
  }
}

extension Duration {
  /// Whole milliseconds, at least one.
  var milliseconds: Int64 { max(1, nanoseconds / 1_000_000) }
}
