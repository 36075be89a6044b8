import Timing

/// How long a connection may be used again: until it is old, and until it has been idle for long. A value type; whoever
/// holds it has the clock.
struct ConnectionLife {
  /// Of the greatest age, at random, is left off, so that connections that were made together do not end together.
  private static let jitter = 0.2

  /// When it is old.
  let retiresAt: Instant

  /// `random`: 0 to 1.
  init(since opened: Instant, maxAge: Duration, random: Double = .random(in: 0...1)) {
    retiresAt = opened.advanced(by: maxAge * (1 - Self.jitter * random))
  }

  /// Until when it may be used after a response that ended at `now`; not later than `now`: not at all. `offered`: the
  /// seconds for which its backend said that it keeps it. It must be used a second earlier, because the request takes
  /// time, or halfway where that is later.
  func keptUntil(_ now: Instant, idle: Duration, offered: Int?) -> Instant {
    var idle = idle
    if let offered { idle = min(idle, max(.seconds(offered) - .seconds(1), .seconds(offered) / 2)) }
    return min(retiresAt, now.advanced(by: idle))
  }
}
