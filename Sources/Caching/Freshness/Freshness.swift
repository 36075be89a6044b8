import Timing

/// The use of an entry at one instant. Pure; RFC 9111 §4.2 and RFC 5861.
package struct Freshness: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    case fresh
    /// It is served, and fetched anew behind that.
    case staleWhileRevalidate
    /// It is served only in place of a failure.
    case staleIfError
    /// Good for nothing.
    case expired
  }

  package let state: State
  /// Whole seconds since it was made; never negative. For `Age`.
  package let age: Int
  /// Whole seconds until it is stale, negative since then. For `Cache-Status`.
  package let ttl: Int

  package init(_ times: CacheTimes, at now: WallTime) {
    let rest = times.freshUntil.milliseconds &- now.milliseconds
    age = Int(clamping: max(0, now.milliseconds &- times.created.milliseconds) / 1000)
    // Rounded down, so that it is negative from the first stale millisecond on.
    ttl = Int(clamping: rest / 1000 - (rest % 1000 < 0 ? 1 : 0))
    if now < times.freshUntil {
      state = .fresh
    } else if now < times.staleWhileRevalidateUntil {
      state = .staleWhileRevalidate
    } else if now < times.staleIfErrorUntil {
      state = .staleIfError
    } else {
      state = .expired
    }
  }

  /// Tells whether an entry may stand in for a failed fetch.
  package static func standsIn(_ times: CacheTimes, at now: WallTime) -> Bool {
    now < times.staleIfErrorUntil
  }
}
