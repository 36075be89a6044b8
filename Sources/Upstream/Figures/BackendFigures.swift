import Metrics
import Synchronization

/// *Immutable*; its shards guard themselves. What was done at a backend since the start, whatever its definition was
/// meanwhile: of all calls, those of refreshes and compensations too.
final class BackendFigures: Sendable {
  /// One for each loop, so that loops don't wait for each other's.
  let shards: [BackendShard]

  init(loops: Int) {
    shards = (0..<max(1, loops)).map { _ in BackendShard() }
  }

  /// That of a loop.
  /// - Parameter ordinal: the loop's among those that the backend knows.
  func shard(_ ordinal: Int) -> BackendShard { shards[ordinal % shards.count] }

  var inFlight: Int { shards.reduce(0) { $0 + $1.inFlight } }
  var retries: UInt64 { shards.reduce(0) { $0 + $1.retries } }

  var queue: Histogram {
    shards.reduce(into: Histogram()) { $0.add($1.queue.value) }
  }
}

/// *Guarded by* being atomic. One loop's part of a backend's figures.
final class BackendShard: Sendable {
  private let underWay = Atomic<Int>(0)
  private let repeated = Atomic<UInt64>(0)
  /// The times that attempts waited for a place of `maxConcurrent`, those included that waited for none.
  let queue = SharedHistogram()

  /// Attempts that hold a connection, or ask for one.
  var inFlight: Int { underWay.load(ordering: .relaxed) }
  var retries: UInt64 { repeated.load(ordering: .relaxed) }

  func begin() { underWay.wrappingAdd(1, ordering: .relaxed) }
  func end() { underWay.wrappingSubtract(1, ordering: .relaxed) }
  /// Another attempt is made.
  func retry() { repeated.wrappingAdd(1, ordering: .relaxed) }
}
