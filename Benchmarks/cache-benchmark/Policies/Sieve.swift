/// SIEVE (Zhang et al., NSDI 2024): one queue, one bit, and a hand that goes from the tail to the head.
struct Sieve: Policy {
  static let name = "SIEVE"
  private let capacity: Int
  private var queue = Queue()
  private var places: [Int: Int] = [:]
  private var hand = -1

  init(capacity: Int) { self.capacity = capacity }

  mutating func access(_ key: Int, size: Int) -> Bool {
    if let place = places[key] {
      queue.visit(place, limit: 1)
      return true
    }
    while queue.bytes + size > capacity, queue.count > 0 { evict() }
    places[key] = queue.push(key, size)
    return false
  }

  private mutating func evict() {
    var place = hand >= 0 ? hand : queue.tail
    while queue[place].visits > 0 {
      queue.setVisits(place, 0)
      place = queue[place].previous >= 0 ? queue[place].previous : queue.tail
    }
    hand = queue[place].previous
    places[queue[place].key] = nil
    queue.remove(place)
  }
}
