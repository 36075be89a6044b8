import NIOCore

/// Keys that were thrown out lately, first in, first out. Kept as 64 bits of each: to take one key for another only
/// costs a place in the wrong queue.
struct GhostKeys {
  private var numbers: [UInt64: UInt64] = [:]
  private var queue = CircularBuffer<(key: UInt64, number: UInt64)>()
  private var next: UInt64 = 0

  mutating func add(_ key: UInt64, limit: Int) {
    next += 1
    numbers[key] = next
    queue.append((key, next))
    // A key that came back, or was added again, leaves an outdated element behind.
    while queue.count > limit, let oldest = queue.popFirst() {
      if numbers[oldest.key] == oldest.number { numbers[oldest.key] = nil }
    }
  }

  /// Takes a key out; true where it was there.
  mutating func remove(_ key: UInt64) -> Bool {
    numbers.removeValue(forKey: key) != nil
  }
}
