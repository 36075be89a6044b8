import Timing

/// What one request asks of its limits: all must have room, or nothing is counted in any.
package struct LimitRequest: Sendable {
  struct Counter: Sendable {
    let limit: Limit
    let key: CounterKey
    var amount: Int64
  }

  private(set) var counters: [Counter] = []

  package init() {}

  /// Adds a limit. A request counts once in a counter, however often it is listed: at the greatest cost.
  /// - Parameters:
  ///   - value: what the limit counts by.
  ///   - cost: less than nothing is nothing.
  package mutating func add(_ limit: Limit, by value: String, cost: Int = 1) {
    let (key, amount) = (limit.key(of: value), limit.rule.amount(of: cost))
    if let same = counters.firstIndex(where: { $0.key == key }) {
      counters[same].amount = max(counters[same].amount, amount)
    } else {
      counters.append(Counter(limit: limit, key: key, amount: amount))
    }
  }

  package var isEmpty: Bool { counters.isEmpty }
}

extension [LimitRequest.Counter] {
  /// What these states say, all of the counters having counted, or none.
  func standings(_ states: [CounterState], areCounted: Bool, at now: WallTime) -> [LimitStanding] {
    zip(self, states).map { counter, state in
      let rule = counter.limit.rule
      let isRefused = !areCounted && !rule.admits(counter.amount, in: state)
      return rule.standing(of: counter.limit, state, refusing: isRefused ? counter.amount : nil, at: now)
    }
  }
}
