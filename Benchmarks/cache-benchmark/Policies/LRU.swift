/// The classic, to compare with.
struct LRU: Policy {
  static let name = "LRU"
  private let capacity: Int
  private var queue = Queue()
  private var places: [Int: Int] = [:]

  init(capacity: Int) { self.capacity = capacity }

  mutating func access(_ key: Int, size: Int) -> Bool {
    if let place = places[key] {
      queue.remove(place)
      places[key] = queue.push(key, size)
      return true
    }
    while queue.bytes + size > capacity, queue.tail >= 0 {
      places[queue[queue.tail].key] = nil
      queue.remove(queue.tail)
    }
    places[key] = queue.push(key, size)
    return false
  }
}
