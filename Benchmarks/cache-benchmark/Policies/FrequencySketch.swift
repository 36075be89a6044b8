/// A count-min sketch of four-bit counters (here whole bytes), halved after every ten accesses per counter.
struct FrequencySketch {
  private var counters: [UInt8]
  private let mask: Int
  private var additions = 0

  init(entries: Int) {
    var width = 64
    while width < entries { width *= 2 }
    counters = [UInt8](repeating: 0, count: width * 4)
    mask = width - 1
  }

  private func index(_ key: Int, _ row: Int) -> Int {
    var z = UInt64(bitPattern: Int64(key)) &+ UInt64(row + 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return row * (mask + 1) + Int(truncatingIfNeeded: z ^ (z >> 31)) & mask
  }

  func estimate(_ key: Int) -> UInt8 {
    (0..<4).map { counters[index(key, $0)] }.min() ?? 0
  }

  mutating func add(_ key: Int) {
    for row in 0..<4 {
      let place = index(key, row)
      if counters[place] < 15 { counters[place] += 1 }
    }
    additions += 1
    if additions >= 10 * (mask + 1) {
      additions = 0
      for place in counters.indices { counters[place] >>= 1 }
    }
  }
}
