import Synchronization

/// A clock that stands until it is set, in place of the machine's, for all of the process: `weft test` runs by it, so that
/// a request that takes ten minutes is over at once. *Guarded by* being two atomics; whoever starts it is the only one who
/// sets it.
package enum StandingClock {
  /// The instant in nanoseconds; 0: the machine's clock counts.
  private static let nanoseconds = Atomic<Int64>(0)
  /// What is the time where `nanoseconds` is zero, in milliseconds since 1970.
  private static let epoch = Atomic<Int64>(0)

  /// Makes the clock stand at an instant that is some day after its zero, since instants before zero are not meant.
  /// - Parameter time: what is the time then.
  package static func start(at time: WallTime) {
    let begin: Int64 = 86_400_000
    epoch.store(time.milliseconds &- begin, ordering: .relaxed)
    nanoseconds.store(begin &* 1_000_000, ordering: .relaxed)
  }

  /// Sets it on; nothing happens where it stands later already.
  package static func advance(to instant: Instant) {
    guard instant.nanoseconds > nanoseconds.load(ordering: .relaxed), instant != .distantFuture else { return }
    nanoseconds.store(instant.nanoseconds, ordering: .relaxed)
  }

  /// The machine's clock counts again.
  package static func end() {
    nanoseconds.store(0, ordering: .relaxed)
  }

  /// `nil`: the machine's clock counts.
  @inline(__always)
  static var instant: Int64? {
    let now = nanoseconds.load(ordering: .relaxed)
    return now == 0 ? nil : now
  }

  static var milliseconds: Int64? {
    instant.map { $0 / 1_000_000 &+ epoch.load(ordering: .relaxed) }
  }
}
