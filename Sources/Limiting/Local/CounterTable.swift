import Eviction

/// One shard's counters. Where there are too many, S3-FIFO says which is forgotten: whoever comes with ever new keys
/// pushes out his own rather than those that are in use.
struct CounterTable {
  private struct Slot {
    var key: CounterKey
    var state: CounterState
  }

  private var fifo: S3FIFO
  private var places: [CounterKey: Int] = [:]
  /// By the numbers of `fifo`. What is in a free one is of no meaning.
  private var slots: [Slot] = []

  /// - Parameter capacity: the number of counters.
  init(capacity: Int) {
    fifo = S3FIFO(capacity: capacity)
  }

  var count: Int { fifo.count }

  /// The state of a counter, which counts as a visit; `nil` of one that is not there.
  mutating func state(of key: CounterKey) -> CounterState? {
    guard let place = places[key] else { return nil }
    fifo.visit(place)
    return slots[place].state
  }

  mutating func set(_ state: CounterState, of key: CounterKey) {
    if let place = places[key] {
      slots[place].state = state
      return
    }
    while let place = fifo.evict(for: 1) { places[slots[place].key] = nil }
    let place = fifo.insert(key.words.0, size: 1)
    let slot = Slot(key: key, state: state)
    if place < slots.count { slots[place] = slot } else { slots.append(slot) }
    places[key] = place
  }
}
