/// W-TinyLFU (Einziger, Friedman, Manes 2017): an LRU window of 1 %, and a segmented LRU that only lets in what has
/// been asked for more often than what it would push out.
struct WTinyLFU: Policy {
  private enum Place {
    case window(Int)
    case probation(Int)
    case protected(Int)
  }

  static let name = "W-TinyLFU"
  private let windowCapacity: Int
  private let mainCapacity: Int
  private var window = Queue()
  private var probation = Queue()
  private var protected = Queue()
  private var places: [Int: Place] = [:]
  private var sketch: FrequencySketch

  init(capacity: Int) {
    windowCapacity = max(capacity / 100, 16 * 1024)
    mainCapacity = capacity - windowCapacity
    sketch = FrequencySketch(entries: capacity / 2048)
  }

  mutating func access(_ key: Int, size: Int) -> Bool {
    sketch.add(key)
    switch places[key] {
    case .window(let place):
      window.remove(place)
      places[key] = .window(window.push(key, size))
      return true
    case .probation(let place):
      probation.remove(place)
      places[key] = .protected(protected.push(key, size))
      demote()
      return true
    case .protected(let place):
      protected.remove(place)
      places[key] = .protected(protected.push(key, size))
      return true
    case nil:
      places[key] = .window(window.push(key, size))
      while window.bytes > windowCapacity { admitFromWindow() }
      return false
    }
  }

  private mutating func demote() {
    while protected.bytes > mainCapacity / 10 * 8 {
      let node = protected[protected.tail]
      protected.remove(protected.tail)
      places[node.key] = .probation(probation.push(node.key, node.size))
    }
  }

  private mutating func admitFromWindow() {
    let candidate = window[window.tail]
    window.remove(window.tail)
    while probation.bytes + protected.bytes + candidate.size > mainCapacity {
      let victims = probation.count > 0 ? probation : protected
      let victim = victims[victims.tail]
      if sketch.estimate(candidate.key) <= sketch.estimate(victim.key) {
        places[candidate.key] = nil
        return
      }
      places[victim.key] = nil
      if probation.count > 0 { probation.remove(probation.tail) } else { protected.remove(protected.tail) }
    }
    places[candidate.key] = .probation(probation.push(candidate.key, candidate.size))
  }
}
