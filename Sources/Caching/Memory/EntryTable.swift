/// One shard's entries under S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023): a
/// small queue for newcomers, a main queue for what was asked for again, and a ghost of the keys that the small queue
/// threw out. A hit only counts a visit, so nothing is moved on the hot path; what is asked for once, as by a crawler,
/// passes through the small queue. Chosen over SIEVE and W-TinyLFU by `cache-benchmark`; see docs/caching.md.
struct EntryTable {
  private enum Side {
    case small
    case main
  }

  private struct Slot {
    var key: CacheKey
    var entry: CacheEntry
    var side: Side
    /// The visits, up to three.
    var visits: UInt8
  }

  /// A visit more than this many times takes a newcomer into the main queue.
  private static let promotion: UInt8 = 1
  private static let mostVisits: UInt8 = 3

  private let capacity: Int
  private let smallCapacity: Int
  private var places: [CacheKey: Int32] = [:]
  private var slots: [Slot?] = []
  private var free: [Int32] = []
  private var small = SlotQueue()
  private var main = SlotQueue()
  private var ghosts = GhostKeys()
  private var tagged: [CacheTag: Set<Int32>] = [:]
  var statistics = MemoryStore.Statistics()

  /// - Parameter capacity: in bytes.
  init(capacity: Int) {
    self.capacity = capacity
    smallCapacity = capacity / 10
  }

  mutating func find(_ key: CacheKey, at now: WallTime) -> CacheEntry? {
    guard let place = places[key], let entry = slots[Int(widening: place)]?.entry else {
      statistics.misses += 1
      return nil
    }
    guard now < entry.times.usableUntil else {
      remove(place)
      statistics.expirations += 1
      statistics.misses += 1
      return nil
    }
    if let visits = slots[Int(widening: place)]?.visits, visits < EntryTable.mostVisits {
      slots[Int(widening: place)]?.visits = visits + 1
    }
    statistics.hits += 1
    return entry
  }

  mutating func insert(_ entry: CacheEntry, for key: CacheKey) -> Bool {
    guard entry.size <= capacity / 2 else {
      statistics.refusals += 1
      return false
    }
    if let place = places[key], let old = slots[Int(widening: place)] {
      guard !entry.isOlder(than: old.entry) else { return false }
      replace(place, old, by: entry)
      evict(for: 0)
    } else {
      evict(for: entry.size)
      add(Slot(key: key, entry: entry, side: ghosts.remove(key) ? .main : .small, visits: 0))
    }
    statistics.insertions += 1
    return true
  }

  /// - Returns: how many went.
  mutating func remove(_ purge: Purge) -> Int {
    let doomed: [Int32] =
      switch purge {
      case .all: Array(places.values)
      case .route(let route): places.values.filter { slots[Int(widening: $0)]?.entry.route == route }
      case .tag(let tag): tagged[tag].map(Array.init) ?? []
      case .key(let key): places[key].map { [$0] } ?? []
      }
    for place in doomed { remove(place) }
    statistics.purges += UInt64(clamping: doomed.count)
    return doomed.count
  }

  mutating func removeOlder(than stamp: Stamp, _ key: CacheKey) {
    guard let place = places[key], let slot = slots[Int(widening: place)], slot.entry.began < stamp else { return }
    remove(place)
  }

  mutating func removeAll() {
    let old = statistics
    self = EntryTable(capacity: capacity)
    statistics = old
  }

  var currentStatistics: MemoryStore.Statistics {
    var current = statistics
    current.entries = places.count
    current.bytes = small.bytes + main.bytes
    return current
  }

  // MARK: Slots

  private mutating func add(_ slot: Slot) {
    let place: Int32
    if let reused = free.popLast() {
      place = reused
      slots[Int(widening: place)] = slot
    } else {
      place = Int32(clamping: slots.count)
      slots.append(slot)
    }
    places[slot.key] = place
    index(place, slot.entry)
    enqueue(place, slot.side, slot.entry.size)
  }

  /// Stays where it is in its queue: a refresh is no visit.
  private mutating func replace(_ place: Int32, _ old: Slot, by entry: CacheEntry) {
    unindex(place, old.entry)
    slots[Int(widening: place)]?.entry = entry
    index(place, entry)
    let change = entry.size - old.entry.size
    if old.side == .small { small.resize(by: change) } else { main.resize(by: change) }
  }

  private mutating func remove(_ place: Int32) {
    guard let slot = slots[Int(widening: place)] else { return }
    dequeue(place, slot)
    discard(place, slot)
  }

  /// What is in no queue any more.
  private mutating func discard(_ place: Int32, _ slot: Slot) {
    places[slot.key] = nil
    unindex(place, slot.entry)
    slots[Int(widening: place)] = nil
    free.append(place)
  }

  private mutating func index(_ place: Int32, _ entry: CacheEntry) {
    for tag in entry.tags { tagged[tag, default: []].insert(place) }
  }

  private mutating func unindex(_ place: Int32, _ entry: CacheEntry) {
    for tag in entry.tags {
      tagged[tag]?.remove(place)
      if tagged[tag]?.isEmpty == true { tagged[tag] = nil }
    }
  }

  // MARK: Queues

  private mutating func enqueue(_ place: Int32, _ side: Side, _ size: Int) {
    if side == .small { small.push(place, size) } else { main.push(place, size) }
  }

  private mutating func dequeue(_ place: Int32, _ slot: Slot) {
    if slot.side == .small {
      small.remove(place, slot.entry.size)
    } else {
      main.remove(place, slot.entry.size)
    }
  }

  private mutating func evict(for size: Int) {
    while small.bytes + main.bytes + size > capacity, !(small.isEmpty && main.isEmpty) {
      if small.bytes > smallCapacity || main.isEmpty { evictFromSmall() } else { evictFromMain() }
    }
  }

  /// Moves what was asked for again to the main queue, until one entry has gone.
  private mutating func evictFromSmall() {
    while let place = small.last, let slot = slots[Int(widening: place)] {
      small.remove(place, slot.entry.size)
      guard slot.visits > EntryTable.promotion else {
        discard(place, slot)
        ghosts.add(slot.key, limit: max(64, places.count))
        statistics.evictions += 1
        return
      }
      slots[Int(widening: place)]?.side = .main
      slots[Int(widening: place)]?.visits = 0
      main.push(place, slot.entry.size)
    }
  }

  /// Gives what was visited another round, until one entry has gone.
  private mutating func evictFromMain() {
    while let place = main.last, let slot = slots[Int(widening: place)] {
      main.remove(place, slot.entry.size)
      guard slot.visits > 0 else {
        discard(place, slot)
        statistics.evictions += 1
        return
      }
      slots[Int(widening: place)]?.visits = slot.visits - 1
      main.push(place, slot.entry.size)
    }
  }
}
