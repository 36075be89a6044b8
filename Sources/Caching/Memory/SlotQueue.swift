import NIOCore

/// A doubly linked queue of slot numbers: new ones come in at the front, old ones leave at the end, any may be taken
/// out. Knows how many bytes its slots hold, and nothing else of them.
struct SlotQueue {
  private static let none: Int32 = -1

  /// The neighbours, by slot number. As long as the highest number that was ever in the queue.
  private var links: [(previous: Int32, next: Int32)] = []
  private var first = SlotQueue.none
  private var end = SlotQueue.none
  private(set) var bytes = 0

  var isEmpty: Bool { end == SlotQueue.none }
  var last: Int32? { isEmpty ? nil : end }

  mutating func push(_ slot: Int32, _ size: Int) {
    while links.count <= Int(widening: slot) { links.append((SlotQueue.none, SlotQueue.none)) }
    links[Int(widening: slot)] = (SlotQueue.none, first)
    if first == SlotQueue.none { end = slot } else { links[Int(widening: first)].previous = slot }
    first = slot
    bytes += size
  }

  /// `slot` must be in this queue.
  mutating func remove(_ slot: Int32, _ size: Int) {
    let (previous, next) = links[Int(widening: slot)]
    if previous == SlotQueue.none { first = next } else { links[Int(widening: previous)].next = next }
    if next == SlotQueue.none { end = previous } else { links[Int(widening: next)].previous = previous }
    bytes -= size
  }

  mutating func resize(by change: Int) {
    bytes += change
  }
}

/// Keys that were thrown out lately, first in, first out. Kept as 64 bits of each: to take one key for another only
/// costs a place in the wrong queue.
struct GhostKeys {
  private var numbers: [UInt64: UInt64] = [:]
  private var queue = CircularBuffer<(key: UInt64, number: UInt64)>()
  private var next: UInt64 = 0

  mutating func add(_ key: CacheKey, limit: Int) {
    next += 1
    numbers[key.words.3] = next
    queue.append((key.words.3, next))
    // A key that came back, or was added again, leaves an outdated element behind.
    while queue.count > limit, let oldest = queue.popFirst() {
      if numbers[oldest.key] == oldest.number { numbers[oldest.key] = nil }
    }
  }

  /// Takes a key out; true where it was there.
  mutating func remove(_ key: CacheKey) -> Bool {
    numbers.removeValue(forKey: key.words.3) != nil
  }
}
