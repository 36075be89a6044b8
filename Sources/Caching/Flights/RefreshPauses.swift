import Resilience
import Timing

/// Keys that are left alone for a while after a refresh that brought nothing to keep, so that a backend that is down is
/// not asked by every request that gets a stale answer.
struct RefreshPauses {
  private struct Pause {
    var backoff = Backoff(first: RefreshPauses.first, longest: RefreshPauses.longest)
    var until: Instant
  }

  static let first: Duration = .milliseconds(250)
  static let longest: Duration = .seconds(10)
  /// More keys at once have no pauses.
  static let mostKeys = 4096

  private var pauses: [CacheKey: Pause] = [:]

  func isPaused(_ key: CacheKey, at now: Instant) -> Bool {
    pauses[key].map { now < $0.until } ?? false
  }

  /// - Parameter chance: 0 to 1, drawn by the caller.
  mutating func failed(_ key: CacheKey, at now: Instant, chance: Double) {
    if pauses[key] == nil, pauses.count >= Self.mostKeys {
      // Who has not come back for so long begins anew.
      pauses = pauses.filter { now < $0.value.until.advanced(by: Self.longest) }
      guard pauses.count < Self.mostKeys else { return }
    }
    var pause = pauses[key] ?? Pause(until: now)
    pause.until = now.advanced(by: pause.backoff.next(chance: chance))
    pauses[key] = pause
  }

  mutating func succeeded(_ key: CacheKey) {
    pauses[key] = nil
  }
}
