import Glibc

/// Sends equal keys to the same address (Thaler, Ravishankar 1996: every address scores the key, the highest score
/// wins). When an address leaves, only its own keys move, and they spread over all the others; a ring would need
/// hundreds of points an address to be as even. Weights by Schindelhauer and Schomaker 2005. O(addresses) a pick.
///
/// Depends on nothing but the key and the addresses' names: it is the same on every loop, in every process and after
/// every restart, in whatever order the file lists them.
struct RendezvousHash: Sendable {
  private let seeds: [UInt64]
  private let weights: [Double]

  /// `names` tell the addresses apart. A name that occurs twice is told apart by its occurrence.
  init(names: [String], weights: [Int]) {
    precondition(!names.isEmpty && names.count == weights.count, "every address has a name and a weight")
    var occurrences: [String: UInt64] = [:]
    seeds = names.map { name in
      let occurrence = occurrences[name, default: 0]
      occurrences[name] = occurrence + 1
      return RendezvousHash.digest(name) &+ occurrence
    }
    self.weights = weights.map(Double.init)
  }

  /// `nil` where `isCandidate` accepts none.
  func pick(_ key: String, among isCandidate: (Int) -> Bool) -> Int? {
    let digest = RendezvousHash.digest(key)
    var best: Int?
    var bestScore = -Double.infinity
    for index in seeds.indices where isCandidate(index) {
      let bits = SplitMix64.mix(digest ^ SplitMix64.mix(seeds[index]))
      // Uniform in (0, 1), both ends excluded: 53 bits and a half.
      let uniform = (Double(bits >> 11) + 0.5) * 0x1p-53
      let score = -weights[index] / log(uniform)
      if score > bestScore {
        best = index
        bestScore = score
      }
    }
    return best
  }

  /// FNV-1a. Not Swift's `Hasher`, whose seed differs in every process.
  private static func digest(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
      hash = (hash ^ UInt64(truncatingIfNeeded: byte)) &* 0x0000_0100_0000_01B3
    }
    return hash
  }
}
