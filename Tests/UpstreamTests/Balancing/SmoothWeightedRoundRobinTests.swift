import Testing

@testable import Upstream

struct SmoothWeightedRoundRobinTests {
  @Test func spreadsTurnsOut() {
    var turns = SmoothWeightedRoundRobin(weights: [5, 1, 1])
    let cycle = (0..<7).map { _ in turns.next { _ in true } }
    #expect(cycle == [0, 0, 1, 0, 2, 0, 0])
  }

  @Test func equalWeightsGoRound() {
    var turns = SmoothWeightedRoundRobin(weights: [3, 3, 3])
    #expect((0..<6).map { _ in turns.next { _ in true } } == [0, 1, 2, 0, 1, 2])
  }

  @Test(arguments: 0..<50)
  func everyCycleGivesEachAddressItsWeight(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let weights = (0..<Int.random(in: 1...8, using: &random)).map { _ in Int.random(in: 1...40, using: &random) }
    var turns = SmoothWeightedRoundRobin(weights: weights)
    for _ in 0..<3 {
      var counts = Array(repeating: 0, count: weights.count)
      for _ in 0..<weights.reduce(0, +) { counts[turns.next { _ in true }!] += 1 }
      #expect(counts == weights)
    }
  }

  @Test func theRestKeepTheirProportions() {
    var turns = SmoothWeightedRoundRobin(weights: [4, 1, 2])
    var counts = [0, 0, 0]
    for _ in 0..<30 { counts[turns.next { $0 != 0 }!] += 1 }
    #expect(counts == [0, 10, 20])
  }

  @Test func whoReturnsIsNotFlooded() {
    var turns = SmoothWeightedRoundRobin(weights: [1, 1])
    for _ in 0..<100 { _ = turns.next { $0 == 1 } }
    #expect((0..<4).map { _ in turns.next { _ in true } } == [0, 1, 0, 1])
  }

  @Test func noCandidates() {
    var turns = SmoothWeightedRoundRobin(weights: [1, 1])
    #expect(turns.next { _ in false } == nil)
  }

  @Test func skippingTakesTurns() {
    var skipped = SmoothWeightedRoundRobin(weights: [1, 1, 1])
    skipped.skip(2)
    #expect(skipped.next { _ in true } == 2)
  }
}
