import Plans

/// Chooses the address for each attempt. One per backend and loop: turns are exact on each loop, not over all of them,
/// in exchange for taking no lock. What addresses have in flight (`load`) is counted over the whole process.
struct Balancer: Sendable {
  enum Method: Sendable {
    case roundRobin, leastRequests, randomOfTwo, hash
  }

  private let method: Method
  private let count: Int
  private let weights: [Int]
  /// The turns, which also settle ties of least-requests and serve calls without a key under `hash`.
  private var turns: SmoothWeightedRoundRobin
  private let pairs: RandomOfTwo
  private let hash: RendezvousHash

  /// `addresses` must not be empty.
  init(_ method: Method, addresses: [BackendPlan.Address], skipping turnsTaken: Int = 0) {
    self.method = method
    count = addresses.count
    weights = addresses.map { max(1, $0.weight) }
    turns = SmoothWeightedRoundRobin(weights: weights)
    pairs = RandomOfTwo(weights: weights)
    hash = RendezvousHash(
      names: addresses.map { ($0.unixSocket ?? "") + $0.origin + $0.basePath }, weights: weights)
    if count > 1 { turns.skip(turnsTaken % weights.reduce(0, +)) }
  }

  /// Prefers healthy addresses that were not tried, then healthy ones, then ones that were not tried. Where nothing
  /// is healthy all addresses are used, as if all were (Envoy calls this panic mode): probes that all fail are more
  /// often wrong about a backend than right, and answering nothing can't be better than trying. An address whose
  /// breaker is open is not used at all; `nil`: all are.
  mutating func pick(
    key: String?, avoiding tried: TriedAddresses, random: inout SplitMix64,
    isOpen: (Int) -> Bool, isHealthy: (Int) -> Bool, load: (Int) -> Int
  ) -> Int? {
    func best(_ isFit: (Int) -> Bool) -> Int? {
      choose(key, load, &random) { isFit($0) && !isOpen($0) }
    }
    return best { isHealthy($0) && !tried.contains($0) } ?? best(isHealthy) ?? best { !tried.contains($0) }
      ?? best { _ in true }
  }

  private mutating func choose(
    _ key: String?, _ load: (Int) -> Int, _ random: inout SplitMix64, among isCandidate: (Int) -> Bool
  ) -> Int? {
    switch method {
    case .roundRobin: return turns.next(among: isCandidate)
    case .leastRequests: return leastLoaded(load, among: isCandidate)
    case .randomOfTwo: return pairs.next(among: isCandidate, load: load, using: &random)
    case .hash:
      guard let key else { return turns.next(among: isCandidate) }
      return hash.pick(key, among: isCandidate)
    }
  }

  /// The fewest requests in flight for their weight; turns decide among equals, so that an idle backend still sees
  /// its requests spread by weight.
  private mutating func leastLoaded(_ load: (Int) -> Int, among isCandidate: (Int) -> Bool) -> Int? {
    var best: (load: Int, weight: Int)?
    for index in 0..<count where isCandidate(index) {
      let candidate = (load: load(index), weight: weights[index])
      if let least = best, candidate.load * least.weight >= least.load * candidate.weight { continue }
      best = candidate
    }
    guard let best else { return nil }
    // Other loops may begin or end requests meanwhile; then nobody equals the minimum and any candidate will do.
    let equal = turns.next { isCandidate($0) && load($0) * best.weight <= best.load * weights[$0] }
    return equal ?? turns.next(among: isCandidate)
  }
}

extension Balancer.Method {
  init(_ plan: BackendPlan.Balance) {
    switch plan {
    case .roundRobin: self = .roundRobin
    case .leastRequests: self = .leastRequests
    case .randomOfTwo: self = .randomOfTwo
    case .hash: self = .hash
    }
  }
}

/// The addresses that a request was already sent to, in one word. Exact for the first 64 addresses of a backend; beyond
/// that an address shares its place with others, which at worst makes a retry avoid one address too many.
struct TriedAddresses: Sendable {
  private var bits: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  mutating func insert(_ address: Int) {
    bits |= 1 << UInt64(truncatingIfNeeded: address & 63)
  }

  func contains(_ address: Int) -> Bool {
    bits & (1 << UInt64(truncatingIfNeeded: address & 63)) != 0
  }
}
