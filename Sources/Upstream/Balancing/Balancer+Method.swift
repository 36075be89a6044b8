import Plans

extension Balancer.Method {
  init(_ plan: BackendPlan.Balance) {
    switch plan {
    case .roundRobin: self = .roundRobin
    case .leastRequests: self = .leastRequests
    case .randomOfTwo: self = .randomOfTwo
    case .hash: self = .hash
    }
  }

  /// Whether it looks at what addresses have in flight.
  var needsLoad: Bool {
    switch self {
    case .leastRequests, .randomOfTwo: true
    case .roundRobin, .hash: false
    }
  }
}
