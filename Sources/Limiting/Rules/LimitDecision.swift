import Redis

/// What a limit says of one request's counter.
package struct LimitStanding: Sendable {
  /// What has to pass before the same request would be let through.
  package enum Wait: Hashable, Sendable {
    /// It is let through.
    case nothing
    case milliseconds(Int64)
    /// It costs more than the limit ever has.
    case forever
  }

  package let limit: Limit
  /// The requests of cost 1 that would still be let through.
  package let remaining: Int
  /// The milliseconds until there are more; 0 where none is used.
  package let reset: Int64
  /// The time of the rate, in milliseconds; a month's is that of the present month.
  package let window: Int64
  package let wait: Wait

  /// Whether a client should rather hear of this one than of the other.
  static func isTighter(_ left: LimitStanding, than right: LimitStanding) -> Bool {
    if left.wait != right.wait { return left.wait.milliseconds > right.wait.milliseconds }
    if left.remaining != right.remaining { return left.remaining < right.remaining }
    return left.reset > right.reset
  }
}

extension LimitStanding.Wait {
  fileprivate var milliseconds: Int64 {
    switch self {
    case .nothing: -1
    case .milliseconds(let number): number
    case .forever: .max
    }
  }
}

/// What all limits of a request together say. Where one refuses, none has counted.
package struct LimitDecision: Sendable {
  package enum Outcome: Hashable, Sendable {
    case allowed
    /// 429. The seconds are whole ones, rounded up; `nil` where no time helps.
    case refused(retryAfter: Int64?)
    /// 503: Redis can't be asked, and a limit has it that nobody is let through uncounted.
    case unavailable
  }

  package let outcome: Outcome
  /// The tightest first. Empty where nothing was counted since Redis can't be asked.
  package let standings: [LimitStanding]
  /// The limits that Redis would have counted, where it can't be asked and nothing counts in its place.
  package internal(set) var unasked: [Limit] = []
  /// The reason why it is not Redis that decided.
  package internal(set) var redisFailure: RedisFailure?

  init(_ standings: [LimitStanding]) {
    self.standings = standings.sorted(by: LimitStanding.isTighter)
    outcome =
      switch self.standings.first?.wait {
      case nil, .nothing: .allowed
      case .milliseconds(let time): .refused(retryAfter: LimitDecision.seconds(time))
      case .forever: .refused(retryAfter: nil)
      }
  }

  private init(_ outcome: Outcome, _ standings: [LimitStanding] = []) {
    self.outcome = outcome
    self.standings = standings
  }

  /// This decision, with what limits that were asked before have said of the same request.
  package func joined(with earlier: LimitDecision?) -> LimitDecision {
    guard let earlier else { return self }
    let all = LimitDecision(standings + earlier.standings)
    var joined = LimitDecision(outcome == .unavailable ? .unavailable : all.outcome, all.standings)
    joined.unasked = unasked + earlier.unasked
    joined.redisFailure = redisFailure ?? earlier.redisFailure
    return joined
  }

  static var unavailable: LimitDecision { LimitDecision(.unavailable) }

  /// Whole seconds, rounded up.
  static func seconds(_ milliseconds: Int64) -> Int64 { (milliseconds + 999) / 1000 }
}
