/// Draws two different addresses at random, by weight, and takes the one with fewer requests in flight for its weight
/// (Mitzenmacher, "The Power of Two Choices"). Unlike least-requests, many gateways that do this at once don't all
/// rush to the same address.
struct RandomOfTwo: Sendable {
  private let weights: [Int]

  /// `weights` must not be empty and holds positive numbers only.
  init(weights: [Int]) {
    self.weights = weights
  }

  /// `nil` where `isCandidate` accepts none; where it accepts one, that one.
  func next(
    among isCandidate: (Int) -> Bool, load: (Int) -> Int, using random: inout SplitMix64
  ) -> Int? {
    guard let first = draw(among: isCandidate, using: &random) else { return nil }
    guard let second = draw(among: { $0 != first && isCandidate($0) }, using: &random) else { return first }
    return load(second) * weights[first] < load(first) * weights[second] ? second : first
  }

  private func draw(among isCandidate: (Int) -> Bool, using random: inout SplitMix64) -> Int? {
    var sum = 0
    for index in weights.indices where isCandidate(index) { sum += weights[index] }
    guard sum > 0 else { return nil }
    var ticket = Int.random(in: 0..<sum, using: &random)
    for index in weights.indices where isCandidate(index) {
      ticket -= weights[index]
      if ticket < 0 { return index }
    }
    return nil
  }
}

/// A random generator of eight bytes of state (Steele, Lea, Flood 2014) for jitter and balancing: no system call, a
/// few instructions, repeatable in tests. Never for secrets.
struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return SplitMix64.mix(state)
  }

  /// Spreads every bit of `value` over all bits of the result; a bijection.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
