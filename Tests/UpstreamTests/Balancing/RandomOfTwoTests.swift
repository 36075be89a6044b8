import Testing

@testable import Upstream

struct RandomOfTwoTests {
  @Test func theLoadedAddressIsChosenOnlyAgainstItself() {
    let pairs = RandomOfTwo(weights: [1, 1, 1, 1])
    var random = SplitMix64(seed: 1)
    var counts = [0, 0, 0, 0]
    for _ in 0..<3000 {
      counts[pairs.next(among: { _ in true }, load: { $0 == 2 ? 9 : 1 }, using: &random)!] += 1
    }
    #expect(counts[2] == 0)
    #expect(counts.allSatisfy { $0 == 0 || $0 > 800 })
  }

  @Test func weightsDrawInProportion() {
    // Equal loads for their weights: the first draw decides.
    let pairs = RandomOfTwo(weights: [1, 3])
    var random = SplitMix64(seed: 2)
    var heavy = 0
    for _ in 0..<10_000 where pairs.next(among: { _ in true }, load: { [5, 15][$0] }, using: &random) == 1 {
      heavy += 1
    }
    #expect((7300...7700).contains(heavy))
  }

  @Test func loadsAreSeenForTheirWeight() {
    let pairs = RandomOfTwo(weights: [1, 3])
    var random = SplitMix64(seed: 3)
    for _ in 0..<100 {
      // 2 of 1 is more than 5 of 3.
      #expect(pairs.next(among: { _ in true }, load: { [2, 5][$0] }, using: &random) == 1)
    }
  }

  @Test func oneOrNoCandidate() {
    let pairs = RandomOfTwo(weights: [1, 1, 1])
    var random = SplitMix64(seed: 4)
    #expect(pairs.next(among: { $0 == 1 }, load: { _ in 7 }, using: &random) == 1)
    #expect(pairs.next(among: { _ in false }, load: { _ in 7 }, using: &random) == nil)
  }

  @Test func staysFarMoreEvenThanChance() {
    let pairs = RandomOfTwo(weights: Array(repeating: 1, count: 10))
    var random = SplitMix64(seed: 5)
    var loads = Array(repeating: 0, count: 10)
    for _ in 0..<10_000 {
      let index = pairs.next(among: { _ in true }, load: { [loads] in loads[$0] }, using: &random)!
      loads[index] += 1
    }
    #expect(loads.max()! - loads.min()! <= 8)
  }
}
