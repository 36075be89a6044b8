/// Takes turns by weight and spreads them out: weights 5, 1, 1 give `a a b a c a a`, not five times `a` in a row.
/// Over a cycle (as many turns as the sum of weights) every address gets exactly its weight.
///
/// The algorithm is nginx's: before each turn every candidate gains its weight, the richest is taken and pays the sum.
/// Addresses left out of a turn neither gain nor pay, so the rest keep their proportions. O(addresses) a turn, which
/// is cheaper than a heap for the few addresses a backend has.
struct SmoothWeightedRoundRobin: Sendable {
  private let weights: [Int]
  private var credits: [Int]

  /// `weights` must not be empty and holds positive numbers only.
  init(weights: [Int]) {
    precondition(!weights.isEmpty && weights.allSatisfy { $0 > 0 }, "an address needs a positive weight")
    self.weights = weights
    credits = Array(repeating: 0, count: weights.count)
  }

  /// The address whose turn it is among those that `isCandidate` accepts; `nil` where it accepts none.
  mutating func next(among isCandidate: (Int) -> Bool) -> Int? {
    var best: Int?
    var sum = 0
    for index in weights.indices where isCandidate(index) {
      sum += weights[index]
      credits[index] += weights[index]
      if let current = best, credits[index] <= credits[current] { continue }
      best = index
    }
    if let best { credits[best] -= sum }
    return best
  }

  /// Takes `turns` turns for nothing. Loops begin at different places, so that a burst of first requests, one on
  /// each loop, does not fall on one address.
  mutating func skip(_ turns: Int) {
    for _ in 0..<turns { _ = next { _ in true } }
  }
}
