import NIOCore
import Redis
import Timing

// Marks: whether an entry is good, by the tags that it has.
extension RedisLevel {
  /// The life of tags' marks: this long, or twice as long as the entry that makes them.
  private static let markLifetime: Int64 = 7 * 24 * 3600 * 1000

  /// The marks that all fetches share come before the first of them ends: made at its end, they would void those that
  /// began a moment earlier. Only who fetches makes them: who came a moment later, and waits, would void what it waits
  /// for.
  func markBeginning(_ route: CacheTag, _ began: Stamp) {
    for tag in [CacheTag.all, route] where stamps.stamp(of: tag) == nil {
      let name = keys.tag(tag)
      let stamp = RedisArgument.bytes(Stamp(microseconds: began.microseconds - 1).decimal)
      let command = RedisCommand(["SET", name, stamp, "NX", "PX", .integer(AssuredMarks.lifetime)], key: name)
      link.send(command, within: storeBudget) { self.note($0, of: .write) }
    }
  }

  func mark(_ entry: CacheEntry, _ lifetime: Int64, at now: WallTime, _ then: @escaping () -> Void) {
    let stamp = RedisArgument.bytes(Stamp(microseconds: entry.began.microseconds - 1).decimal)
    let tagLifetime = max(RedisLevel.markLifetime, lifetime &* 2)
    var commands: [RedisCommand] = []
    for tag in [CacheTag.all, entry.route] {
      let name = keys.tag(tag)
      let term = RedisArgument.integer(max(AssuredMarks.lifetime, lifetime &* 2))
      commands.append(
        assured.isDue(tag, lifetime &* 2, at: now)
          ? CacheScripts.keepMark.command(keys: [name], [stamp, term], byHash: false)
          : RedisCommand(["SET", name, stamp, "NX", "PX", term], key: name))
    }
    for tag in entry.tags {
      let name = keys.tag(tag)
      commands.append(RedisCommand(["SET", name, stamp, "NX", "PX", .integer(tagLifetime)], key: name))
    }
    gather(commands, within: storeBudget) { results in
      for result in results { self.note(result, of: .write) }
      if results.contains(where: { $0.failure != nil }) { self.assured.forget([.all, entry.route]) }
      then()
    }
  }

  func examine(
    _ reply: RedisReply, _ key: CacheKey, until deadline: NIODeadline, _ completion: @escaping (Found) -> Void
  ) {
    guard let value = reply.bytes else { return completion(.nothing) }
    switch EntryCoding.decode(value, key: key, lead: clock.lead) {
    case .entry(let entry): validate(entry, until: deadline, completion)
    case .tombstone: completion(.nothing)
    case .foreign:
      counters.add(.redisForeign)
      completion(.nothing)
    }
  }

  private func validate(
    _ entry: CacheEntry, until deadline: NIODeadline, _ completion: @escaping (Found) -> Void
  ) {
    var unknown: [CacheTag] = []
    for tag in [CacheTag.all, entry.route] + entry.tags {
      guard let stamp = stamps.stamp(of: tag) else {
        unknown.append(tag)
        continue
      }
      guard stamp < entry.began else { return void(completion) }
    }
    if unknown.isEmpty { return completion(.entry(entry)) }
    ask(unknown, entry, until: deadline, completion)
  }

  private func ask(
    _ tags: [CacheTag], _ entry: CacheEntry, until deadline: NIODeadline, _ completion: @escaping (Found) -> Void
  ) {
    let position = log.position
    let commands = tags.map { tag in
      let name = keys.tag(tag)
      return RedisCommand(["GET", name], key: name)
    }
    gather(commands, within: deadline - .now()) { results in
      for (tag, result) in zip(tags, results) {
        guard case .success(let reply) = result else {
          self.note(result, of: .read)
          return completion(.unavailable)
        }
        guard let stamp = reply.string.flatMap({ Stamp(decimal: $0.utf8) }), stamp < entry.began else {
          return self.void(completion)
        }
        self.stamps.remember(stamp, of: tag) { self.log.position == position }
      }
      completion(.entry(entry))
    }
  }

  private func void(_ completion: (Found) -> Void) {
    counters.add(.redisVoid)
    completion(.nothing)
  }
}

/// The times up to which the marks of routes are known to live, so that those in use are seen to once a day, and those of
/// routes that are gone end by themselves.
struct AssuredMarks {
  /// The life of a mark in milliseconds. One that lives for less than its entries would void them.
  static let lifetime: Int64 = 30 * day
  private static let day: Int64 = 24 * 3600 * 1000
  /// Far above the routes of a gateway; beyond it, all are seen to anew.
  static let capacity = 4096

  private var ends: [CacheTag: WallTime] = [:]

  /// Tells whether a mark has to be seen to now, so that it lives for `milliseconds`, or for `lifetime`; it then counts
  /// as seen to.
  mutating func isDue(_ tag: CacheTag, _ milliseconds: Int64, at now: WallTime) -> Bool {
    let end = now.advanced(by: .milliseconds(max(AssuredMarks.lifetime, milliseconds)))
    if let known = ends[tag], known >= end.advanced(by: .milliseconds(-AssuredMarks.day)) { return false }
    if ends.count >= AssuredMarks.capacity { ends = [:] }
    ends[tag] = end
    return true
  }

  mutating func forget(_ tags: [CacheTag]) {
    for tag in tags { ends[tag] = nil }
  }
}
