import Messages
import NIOCore
import Redis
import Timing

/// *Confined to its event loop.* The counters that a fleet shares, over one loop's link to Redis.
///
/// All of them have one hash tag, so a cluster keeps them on one node: the limits of one request may count by anything, a
/// counter may stand beside any other, and only what is on one node can be counted in all or in none, in one round trip.
package final class RedisCounters {
  private static let hashTag = "{limits}:"
  /// What Lua's numbers are exact for.
  private static let numbers: ClosedRange<Int64> = 0...(1 << 53)

  private let link: any RedisLink
  private let prefix: String
  private let budget: TimeAmount
  private let refusals: RefusalWatch

  /// - Parameter link: a link of `topology`, on this loop.
  package init(_ topology: RedisTopology, link: any RedisLink) {
    self.link = link
    prefix = topology.settings.prefix + RedisCounters.hashTag
    budget = .nanoseconds(topology.settings.commandTimeout.nanoseconds)
    refusals = topology.refusals
  }

  /// Counts, where all have room. `completion` is called on the event loop, possibly before this returns.
  func count(
    _ counters: [LimitRequest.Counter], at now: WallTime,
    _ completion: @escaping (Result<[LimitStanding], RedisFailure>) -> Void
  ) {
    // A link that is not usable fails at once, and the command need not be made.
    guard link.isUsable else { return completion(.failure(.unavailable)) }
    var arguments: [RedisArgument] = []
    for counter in counters { arguments += counter.limit.rule.arguments(counter.amount, at: now) }
    let keys = counters.map { RedisArgument.text(prefix + $0.key.hex) }
    link.run(LimitScript.count, keys: keys, arguments, within: budget) { result in
      let standings = result.flatMap { RedisCounters.standings($0, of: counters) }
      self.refusals.note(standings, of: .write)
      completion(standings)
    }
  }

  private static func standings(
    _ reply: RedisReply, of counters: [LimitRequest.Counter]
  ) -> Result<[LimitStanding], RedisFailure> {
    let numbers = (reply.elements ?? []).compactMap { $0.integer?.within(RedisCounters.numbers) }
    guard numbers.count == 2 + 2 * counters.count else { return .failure(.unexpected) }
    let states = counters.indices.map { index in
      CounterState(used: numbers[2 + 2 * index], time: WallTime(milliseconds: numbers[3 + 2 * index]))
    }
    return .success(
      counters.standings(states, areCounted: numbers[0] == 1, at: WallTime(milliseconds: numbers[1])))
  }
}

extension LimitRule {
  /// The script's arguments for one counter.
  func arguments(_ amount: Int64, at now: WallTime) -> [RedisArgument] {
    let (kind, span): (RedisArgument, RedisArgument) =
      switch pace {
      case .window(let length): ("w", .integer(length))
      case .bucket(let speed): ("b", .integer(speed))
      case .calendar(let period):
        ("c", .text(period.ends(around: now).map { "\($0.milliseconds)" }.joined(separator: " ")))
      }
    return [kind, .integer(capacity), span, .integer(amount)]
  }
}

extension CalendarPeriod {
  /// The ends of the period before, of this one and of the next, of which Redis takes the first that its own clock has
  /// yet to reach.
  fileprivate func ends(around now: WallTime) -> [WallTime] {
    let bounds = bounds(around: now)
    return [bounds.start, bounds.end, self.bounds(around: bounds.end).end]
  }
}
