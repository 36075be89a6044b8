import Timing

/// Timers by time: a binary heap of 16-byte entries, beside a table of slots that know where in the heap they are, so
/// that the common fate of a deadline, to be cancelled, takes O(log n) and leaves nothing behind.
struct TimerHeap {
  private struct Entry {
    var time: Instant
    var slot: Int32
  }

  private struct Slot {
    /// In the heap, or the next free slot where there is no target.
    var position: Int32
    var generation: UInt32
    var target: (any TimerTarget)?
  }

  private static let none: Int32 = -1

  private var heap: [Entry] = []
  private var slots: [Slot] = []
  private var firstFree = TimerHeap.none

  var count: Int { heap.count }

  /// Of the earliest timer, or `distantFuture`.
  var next: Instant { heap.first?.time ?? .distantFuture }

  mutating func insert(_ target: any TimerTarget, at time: Instant) -> TimerToken {
    let slot = takeSlot(target)
    heap.append(Entry(time: time, slot: slot))
    rise(from: heap.count - 1)
    return TimerToken(slot: slot, generation: slots[Int(slot)].generation)
  }

  /// Gives the target back, or `nil` where the token is stale.
  @discardableResult
  mutating func remove(_ token: TimerToken) -> (any TimerTarget)? {
    guard slots.indices.contains(Int(token.slot)) else { return nil }
    let slot = slots[Int(token.slot)]
    guard slot.generation == token.generation, slot.target != nil else { return nil }
    return removeEntry(at: Int(slot.position))
  }

  /// The earliest timer, if it is due.
  mutating func popDue(_ now: Instant) -> (any TimerTarget)? {
    guard let first = heap.first, first.time <= now else { return nil }
    return removeEntry(at: 0)
  }

  private mutating func takeSlot(_ target: any TimerTarget) -> Int32 {
    guard firstFree != Self.none else {
      slots.append(Slot(position: 0, generation: 0, target: target))
      return Int32(slots.count - 1)
    }
    let slot = firstFree
    firstFree = slots[Int(slot)].position
    slots[Int(slot)].target = target
    return slot
  }

  private mutating func removeEntry(at position: Int) -> (any TimerTarget)? {
    let slot = Int(heap[position].slot)
    let last = heap.removeLast()
    if position < heap.count {
      heap[position] = last
      slots[Int(last.slot)].position = Int32(position)
      if position > 0, last.time < heap[(position - 1) / 2].time { rise(from: position) } else { sink(from: position) }
    }
    let target = slots[slot].target
    slots[slot] = Slot(position: firstFree, generation: slots[slot].generation &+ 1, target: nil)
    firstFree = Int32(slot)
    return target
  }

  private mutating func rise(from start: Int) {
    var position = start
    let entry = heap[position]
    while position > 0 {
      let parent = (position - 1) / 2
      guard entry.time < heap[parent].time else { break }
      place(heap[parent], at: position)
      position = parent
    }
    place(entry, at: position)
  }

  private mutating func sink(from start: Int) {
    var position = start
    let entry = heap[position]
    while true {
      var child = 2 * position + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].time < heap[child].time { child += 1 }
      guard heap[child].time < entry.time else { break }
      place(heap[child], at: position)
      position = child
    }
    place(entry, at: position)
  }

  private mutating func place(_ entry: Entry, at position: Int) {
    heap[position] = entry
    slots[Int(entry.slot)].position = Int32(position)
  }
}

/// What a timer calls. An object rather than a closure, so that a transfer can be its own timer without an allocation.
package protocol TimerTarget: AnyObject {
  /// On the reactor's thread, once; the timer is gone by then.
  func timerFired()

  /// On the reactor's thread, instead of `timerFired`, when the reactor stops first.
  func timerDropped()
}

/// Names a scheduled timer. Stale tokens (fired, cancelled) are recognised and harmless.
package struct TimerToken: Hashable, Sendable {
  let slot: Int32
  let generation: UInt32
}
