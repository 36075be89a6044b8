/// What has to leave a bounded table, by S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP
/// 2023): a small queue for newcomers, a main queue for what was asked for again, and a ghost of the keys that the small
/// queue threw out. A hit only counts a visit, so nothing is moved on the hot path; what is asked for once, as by a
/// crawler, passes through the small queue. Chosen over SIEVE and W-TinyLFU by `cache-benchmark`; see docs/caching.md.
///
/// It numbers the slots, and its user keeps under those numbers what is in them.
package struct S3FIFO {
  private enum Side {
    case small
    case main
  }

  private struct Slot {
    var fingerprint: UInt64
    var size: Int
    var side: Side
    /// The visits, up to three.
    var visits: UInt8 = 0
  }

  /// A visit more than this many times takes a newcomer into the main queue.
  private static let promotion: UInt8 = 1
  private static let mostVisits: UInt8 = 3
  /// The ghost remembers as many keys as there are slots in use, and at least so many.
  private static let fewestGhosts = 64

  private let capacity: Int
  private let smallCapacity: Int
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var small = SlotQueue()
  private var main = SlotQueue()
  private var ghosts = GhostKeys()

  /// - Parameter capacity: of all slots together, in whatever unit their sizes have.
  package init(capacity: Int) {
    self.capacity = capacity
    smallCapacity = capacity / 10
  }

  /// The sizes of all slots together.
  package var size: Int { small.size + main.size }

  /// The slots in use.
  package var count: Int { slots.count - free.count }

  package mutating func visit(_ slot: Int) {
    if slots[slot].visits < S3FIFO.mostVisits { slots[slot].visits += 1 }
  }

  /// Gives a slot to a key. Its user has made room, by `evict`.
  /// - Parameter fingerprint: 64 bits of the key, as good as random.
  package mutating func insert(_ fingerprint: UInt64, size: Int) -> Int {
    let side: Side = ghosts.remove(fingerprint) ? .main : .small
    let new = Slot(fingerprint: fingerprint, size: size, side: side)
    let slot = free.popLast() ?? slots.count
    if slot < slots.count { slots[slot] = new } else { slots.append(new) }
    if side == .small { small.push(slot, size) } else { main.push(slot, size) }
    return slot
  }

  /// Stays where it is in its queue: a refresh is no visit.
  package mutating func resize(_ slot: Int, to size: Int) {
    let change = size - slots[slot].size
    slots[slot].size = size
    if slots[slot].side == .small { small.resize(by: change) } else { main.resize(by: change) }
  }

  package mutating func remove(_ slot: Int) {
    if slots[slot].side == .small {
      small.remove(slot, slots[slot].size)
    } else {
      main.remove(slot, slots[slot].size)
    }
    free.append(slot)
  }

  /// Frees a slot where `size` more does not fit. Called until it gives none.
  package mutating func evict(for size: Int) -> Int? {
    while self.size + size > capacity, !(small.isEmpty && main.isEmpty) {
      let isSmallsTurn = small.size > smallCapacity || main.isEmpty
      if let slot = isSmallsTurn ? evictFromSmall() : evictFromMain() {
        free.append(slot)
        return slot
      }
    }
    return nil
  }

  /// Moves what was asked for again to the main queue, until one slot has gone.
  private mutating func evictFromSmall() -> Int? {
    while let slot = small.last {
      small.remove(slot, slots[slot].size)
      guard slots[slot].visits > S3FIFO.promotion else {
        ghosts.add(slots[slot].fingerprint, limit: max(S3FIFO.fewestGhosts, count - 1))
        return slot
      }
      slots[slot].side = .main
      slots[slot].visits = 0
      main.push(slot, slots[slot].size)
    }
    return nil
  }

  /// Gives what was visited another round, until one slot has gone.
  private mutating func evictFromMain() -> Int? {
    while let slot = main.last {
      main.remove(slot, slots[slot].size)
      guard slots[slot].visits > 0 else { return slot }
      slots[slot].visits -= 1
      main.push(slot, slots[slot].size)
    }
    return nil
  }
}
