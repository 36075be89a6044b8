import Plans
import Testing

@testable import Upstream

struct BalancerTests {
  private var random = SplitMix64(seed: 7)

  private func addresses(_ weights: [Int]) -> [BackendPlan.Address] {
    weights.indices.map { .init(origin: "http://127.0.0.1:\(9000 + $0)", weight: weights[$0]) }
  }

  private mutating func pick(
    _ balancer: inout Balancer, key: String? = nil, tried: [Int] = [], unhealthy: Set<Int> = [], open: Set<Int> = [],
    loads: [Int] = []
  ) -> Int {
    var avoiding = TriedAddresses()
    for index in tried { avoiding.insert(index) }
    return balancer.pick(
      key: key, avoiding: avoiding, random: &random, isOpen: { open.contains($0) },
      isHealthy: { !unhealthy.contains($0) }, load: { loads.isEmpty ? 0 : loads[$0] }) ?? -1
  }

  @Test(arguments: [Balancer.Method.roundRobin, .leastRequests, .randomOfTwo, .hash])
  mutating func aRetryGoesElsewhere(method: Balancer.Method) {
    var balancer = Balancer(method, addresses: addresses([1, 1, 1]))
    for _ in 0..<30 {
      #expect(pick(&balancer, key: "k", tried: [0, 2]) == 1)
    }
  }

  @Test(arguments: [Balancer.Method.roundRobin, .leastRequests, .randomOfTwo, .hash])
  mutating func openAddressesAreNotUsedAtAll(method: Balancer.Method) {
    var balancer = Balancer(method, addresses: addresses([1, 5, 1]))
    for _ in 0..<30 {
      #expect(pick(&balancer, key: "k", open: [1]) != 1)
      #expect(pick(&balancer, key: "k", tried: [2], unhealthy: [2], open: [0, 1]) == 2, "better than none")
      #expect(pick(&balancer, key: "k", open: [0, 1, 2]) == -1)
    }
  }

  @Test(arguments: [Balancer.Method.roundRobin, .leastRequests, .randomOfTwo, .hash])
  mutating func unhealthyAddressesLeaveTheBalance(method: Balancer.Method) {
    var balancer = Balancer(method, addresses: addresses([1, 5, 1]))
    for _ in 0..<30 {
      #expect(pick(&balancer, key: "k", unhealthy: [1]) != 1)
      // A healthy address that was tried is better than an unhealthy one that was not.
      #expect(pick(&balancer, key: "k", tried: [0], unhealthy: [1, 2]) == 0)
    }
  }

  @Test(arguments: [Balancer.Method.roundRobin, .leastRequests, .randomOfTwo])
  mutating func whenNoneIsHealthyAllAreUsed(method: Balancer.Method) {
    var balancer = Balancer(method, addresses: addresses([1, 1, 1]))
    var seen: Set<Int> = []
    for _ in 0..<60 { seen.insert(pick(&balancer, unhealthy: [0, 1, 2])) }
    #expect(seen == [0, 1, 2])
    for _ in 0..<10 { #expect(pick(&balancer, tried: [0, 1], unhealthy: [0, 1, 2]) == 2) }
  }

  @Test mutating func whenAllWereTriedAnyIsUsed() {
    var balancer = Balancer(.roundRobin, addresses: addresses([1, 1]))
    let picks = (0..<4).map { _ in pick(&balancer, tried: [0, 1]) }
    #expect(Set(picks) == [0, 1])
  }

  @Test mutating func leastRequestsTakesTheIdlest() {
    var balancer = Balancer(.leastRequests, addresses: addresses([1, 1, 1]))
    #expect(pick(&balancer, loads: [3, 1, 2]) == 1)
    #expect(pick(&balancer, tried: [1], loads: [3, 1, 2]) == 2)
  }

  @Test mutating func leastRequestsSeesLoadForItsWeight() {
    var balancer = Balancer(.leastRequests, addresses: addresses([1, 4]))
    #expect(pick(&balancer, loads: [1, 3]) == 1)
    #expect(pick(&balancer, loads: [1, 5]) == 0)
  }

  @Test mutating func equalLoadsTakeTurnsByWeight() {
    var balancer = Balancer(.leastRequests, addresses: addresses([2, 1, 1]))
    var counts = [0, 0, 0]
    for _ in 0..<40 { counts[pick(&balancer)] += 1 }
    #expect(counts == [20, 10, 10])
  }

  @Test mutating func equalKeysStayTogether() {
    var balancer = Balancer(.hash, addresses: addresses([1, 1, 1]))
    let first = pick(&balancer, key: "user-1")
    for _ in 0..<10 { #expect(pick(&balancer, key: "user-1") == first) }
  }

  @Test mutating func withoutAKeyTurnsAreTaken() {
    var balancer = Balancer(.hash, addresses: addresses([1, 1, 1]))
    #expect((0..<3).map { _ in pick(&balancer) } == [0, 1, 2])
  }

  @Test mutating func loopsBeginAtDifferentPlaces() {
    let firsts = (0..<3).map { ordinal in
      var balancer = Balancer(.roundRobin, addresses: addresses([1, 1, 1]), skipping: ordinal)
      return pick(&balancer)
    }
    #expect(firsts == [0, 1, 2])
  }

  @Test mutating func oneAddressIsAlwaysIt() {
    var balancer = Balancer(.roundRobin, addresses: addresses([1]))
    #expect(pick(&balancer, tried: [0], unhealthy: [0]) == 0)
  }
}
