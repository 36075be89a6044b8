/// S3-FIFO (Yang et al., SOSP 2023): a small queue for newcomers, a main one, and a ghost of keys that left the small.
struct S3FIFO: Policy {
  private enum Place {
    case small(Int)
    case main(Int)
  }

  static let name = "S3-FIFO"
  private let capacity: Int
  private let smallCapacity: Int
  private var small = Queue()
  private var main = Queue()
  private var ghost = Queue()
  private var places: [Int: Place] = [:]
  private var ghosts: [Int: Int] = [:]

  init(capacity: Int) {
    self.capacity = capacity
    smallCapacity = capacity / 10
  }

  mutating func access(_ key: Int, size: Int) -> Bool {
    switch places[key] {
    case .small(let place):
      small.visit(place, limit: 3)
      return true
    case .main(let place):
      main.visit(place, limit: 3)
      return true
    case nil:
      admit(key, size)
      return false
    }
  }

  private mutating func admit(_ key: Int, _ size: Int) {
    while small.bytes + main.bytes + size > capacity, small.count + main.count > 0 {
      if small.bytes > smallCapacity || main.count == 0 { evictSmall() } else { evictMain() }
    }
    if let place = ghosts.removeValue(forKey: key) {
      ghost.remove(place)
      places[key] = .main(main.push(key, size))
    } else {
      places[key] = .small(small.push(key, size))
    }
  }

  private mutating func evictSmall() {
    while small.tail >= 0 {
      let node = small[small.tail]
      small.remove(small.tail)
      if node.visits > 1 {
        places[node.key] = .main(main.push(node.key, node.size))
      } else {
        places[node.key] = nil
        ghosts[node.key] = ghost.push(node.key, node.size)
        while ghost.bytes > capacity - smallCapacity {
          ghosts[ghost[ghost.tail].key] = nil
          ghost.remove(ghost.tail)
        }
        return
      }
    }
  }

  private mutating func evictMain() {
    while main.tail >= 0 {
      let node = main[main.tail]
      main.remove(main.tail)
      if node.visits > 0 {
        let place = main.push(node.key, node.size)
        main.setVisits(place, node.visits - 1)
        places[node.key] = .main(place)
      } else {
        places[node.key] = nil
        return
      }
    }
  }
}
