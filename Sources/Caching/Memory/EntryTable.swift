import Eviction
import Timing

/// One shard's entries, by key and by tag. What leaves where room is needed is S3-FIFO's to say.
struct EntryTable {
  private struct Slot {
    var key: CacheKey
    var entry: CacheEntry
  }

  private let capacity: Int
  private var fifo: S3FIFO
  private var places: [CacheKey: Int] = [:]
  /// By the numbers of `fifo`.
  private var slots: [Slot?] = []
  private var tagged: [CacheTag: Set<Int>] = [:]
  var statistics = MemoryStore.Statistics()

  /// - Parameter capacity: in bytes.
  init(capacity: Int) {
    self.capacity = capacity
    fifo = S3FIFO(capacity: capacity)
  }

  mutating func find(_ key: CacheKey, at now: WallTime) -> CacheEntry? {
    guard let place = places[key], let entry = slots[place]?.entry else {
      statistics.misses += 1
      return nil
    }
    guard now < entry.times.usableUntil else {
      remove(place)
      statistics.expirations += 1
      statistics.misses += 1
      return nil
    }
    fifo.visit(place)
    statistics.hits += 1
    return entry
  }

  mutating func insert(_ entry: CacheEntry, for key: CacheKey) -> Bool {
    guard entry.size <= capacity / 2 else {
      statistics.refusals += 1
      return false
    }
    if let place = places[key], let old = slots[place]?.entry {
      guard !entry.isOlder(than: old) else { return false }
      replace(place, old, by: entry)
      evict(for: 0)
    } else {
      evict(for: entry.size)
      add(entry, key)
    }
    statistics.insertions += 1
    return true
  }

  /// Counts anew what an entry takes, where it is still there.
  mutating func recount(_ entry: CacheEntry, for key: CacheKey) {
    guard let place = places[key], slots[place]?.entry === entry else { return }
    fifo.resize(place, to: entry.size)
    evict(for: 0)
  }

  /// - Returns: how many went.
  mutating func remove(_ purge: Purge) -> Int {
    let doomed: [Int] =
      switch purge {
      case .all: Array(places.values)
      case .route(let route): places.values.filter { slots[$0]?.entry.route == route }
      case .tag(let tag): tagged[tag].map(Array.init) ?? []
      case .key(let key): places[key].map { [$0] } ?? []
      }
    for place in doomed { remove(place) }
    statistics.purges += UInt64(clamping: doomed.count)
    return doomed.count
  }

  mutating func removeOlder(than stamp: Stamp, _ key: CacheKey) {
    guard let place = places[key], let slot = slots[place], slot.entry.began < stamp else { return }
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
    current.bytes = fifo.size
    return current
  }

  // MARK: Slots

  private mutating func add(_ entry: CacheEntry, _ key: CacheKey) {
    let place = fifo.insert(key.words.3, size: entry.size)
    if place == slots.count { slots.append(nil) }
    slots[place] = Slot(key: key, entry: entry)
    places[key] = place
    index(place, entry)
  }

  private mutating func replace(_ place: Int, _ old: CacheEntry, by entry: CacheEntry) {
    unindex(place, old)
    slots[place]?.entry = entry
    index(place, entry)
    fifo.resize(place, to: entry.size)
  }

  private mutating func evict(for size: Int) {
    while let place = fifo.evict(for: size) {
      discard(place)
      statistics.evictions += 1
    }
  }

  private mutating func remove(_ place: Int) {
    fifo.remove(place)
    discard(place)
  }

  /// What is in no queue any more.
  private mutating func discard(_ place: Int) {
    guard let slot = slots[place] else { return }
    places[slot.key] = nil
    unindex(place, slot.entry)
    slots[place] = nil
  }

  private mutating func index(_ place: Int, _ entry: CacheEntry) {
    for tag in entry.tags { tagged[tag, default: []].insert(place) }
  }

  private mutating func unindex(_ place: Int, _ entry: CacheEntry) {
    for tag in entry.tags {
      tagged[tag]?.remove(place)
      if tagged[tag]?.isEmpty == true { tagged[tag] = nil }
    }
  }
}
