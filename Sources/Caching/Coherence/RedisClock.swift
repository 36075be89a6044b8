import Synchronization
import Timing

/// The lead of Redis' clock over this process's, as its latest word about the time had it: off by half of the time that
/// the word took at most. Entries in Redis have their times on Redis' clock, so that gateways need not agree about the
/// time. Guarded by being atomic.
final class RedisClock: Sendable {
  private static let unknown = Int64.min

  private let local: @Sendable () -> WallTime
  private let milliseconds = Atomic<Int64>(RedisClock.unknown)

  init(local: @escaping @Sendable () -> WallTime) {
    self.local = local
  }

  func now() -> WallTime { local() }

  /// - Parameter sent: when it was asked, on this process's clock.
  func learn(_ stamp: Stamp, askedAt sent: WallTime) {
    let middle = sent.milliseconds + (local().milliseconds - sent.milliseconds) / 2
    milliseconds.store(stamp.microseconds / 1000 - middle, ordering: .relaxed)
  }

  var isKnown: Bool { milliseconds.load(ordering: .relaxed) != RedisClock.unknown }

  /// What has to be added to times of this process; nothing where Redis has not said anything yet.
  var lead: Duration {
    let lead = milliseconds.load(ordering: .relaxed)
    return lead == RedisClock.unknown ? .zero : .milliseconds(lead)
  }
}
