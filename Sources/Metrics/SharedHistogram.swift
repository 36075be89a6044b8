import Synchronization

/// A histogram that several threads count in. *Guarded by* being atomic numbers: each is exact, together they are of
/// about one instant.
package final class SharedHistogram: Sendable {
  // A number per bucket, then the sum; allocated, since an array can not hold atomics. Immutable but for the atomics.
  private nonisolated(unsafe) let numbers: UnsafeMutablePointer<Atomic<UInt64>>

  package init() {
    numbers = .allocate(capacity: LatencyBounds.count + 1)
    for index in 0...LatencyBounds.count { (numbers + index).initialize(to: Atomic(0)) }
  }

  deinit {
    numbers.deinitialize(count: LatencyBounds.count + 1)
    numbers.deallocate()
  }

  /// Counts one; a negative time is none.
  package func add(_ nanoseconds: Int64) {
    let time = max(0, nanoseconds)
    numbers[LatencyBounds.bucket(of: time)].wrappingAdd(1, ordering: .relaxed)
    if time > 0 { numbers[LatencyBounds.count].wrappingAdd(UInt64(time), ordering: .relaxed) }
  }

  package var value: Histogram {
    Histogram(
      buckets: (0..<LatencyBounds.count).map { numbers[$0].load(ordering: .relaxed) },
      sum: numbers[LatencyBounds.count].load(ordering: .relaxed))
  }
}
