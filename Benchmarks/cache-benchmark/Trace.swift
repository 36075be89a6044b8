import Glibc

/// Requests as a shop's gateway might see them: keys with sizes.
struct Trace {
  let name: String
  let keys: [Int32]

  /// 1 to 16 KiB, mostly small; always the same for a key.
  static func size(of key: Int) -> Int {
    var random = Random(seed: UInt64(key) &+ 77)
    let exponent = random.unit() * random.unit() * 4
    return Int(1024 * exp2(exponent)) + 512
  }

  /// Popularity falls as `rank^-skew`.
  static func zipf(requests: Int, keys: Int, skew: Double, seed: UInt64 = 1) -> Trace {
    var random = Random(seed: seed)
    let sampler = ZipfSampler(keys: keys, skew: skew)
    return Trace(name: "zipf \(skew)", keys: (0..<requests).map { _ in Int32(sampler.next(&random)) })
  }

  /// The same, with a crawler that walks over the whole catalogue: bursts in which every second request is for a key
  /// that nobody else asks for, 25 % of all requests.
  static func scanned(requests: Int, keys: Int, skew: Double) -> Trace {
    var random = Random(seed: 2)
    let sampler = ZipfSampler(keys: keys, skew: skew)
    var scanned = keys
    let trace = (0..<requests).map { index in
      if (index / 20_000) % 2 == 1, index % 2 == 0 {
        scanned += 1
        return Int32(scanned)
      }
      return Int32(sampler.next(&random))
    }
    return Trace(name: "zipf \(skew) with scans", keys: trace)
  }

  /// The popular keys change every 200,000 requests, as with the time of day.
  static func drifting(requests: Int, keys: Int, skew: Double) -> Trace {
    var random = Random(seed: 3)
    let sampler = ZipfSampler(keys: keys, skew: skew)
    let trace = (0..<requests).map { index in
      Int32((sampler.next(&random) + index / 200_000 * (keys / 10)) % keys)
    }
    return Trace(name: "zipf \(skew) drifting", keys: trace)
  }
}

/// SplitMix64.
struct Random {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 to 1.
  mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}

/// Ranks by inversion of the cumulated weights.
struct ZipfSampler {
  private var cumulated: [Double] = []

  init(keys: Int, skew: Double) {
    var sum = 0.0
    for rank in 1...keys {
      sum += pow(Double(rank), -skew)
      cumulated.append(sum)
    }
  }

  func next(_ random: inout Random) -> Int {
    let target = random.unit() * (cumulated.last ?? 0)
    var (low, high) = (0, cumulated.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulated[middle] < target { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
