/// Hit ratios of the candidates, for the choice of the memory level's policy.
enum Eviction {
  static func run(requests: Int) {
    let keys = 200_000
    let traces = [
      Trace.zipf(requests: requests, keys: keys, skew: 0.8),
      Trace.zipf(requests: requests, keys: keys, skew: 1.0),
      Trace.scanned(requests: requests, keys: keys, skew: 0.8),
      Trace.scanned(requests: requests, keys: keys, skew: 1.0),
      Trace.drifting(requests: requests, keys: keys, skew: 1.0),
    ]
    let total = (0..<keys).reduce(0) { $0 + Trace.size(of: $1) }
    let sizes = (0..<(keys + requests)).map { Int32(Trace.size(of: $0)) }
    print("hit ratios, \(requests) requests over \(keys) keys, capacity as a part of all keys' bytes")
    for trace in traces {
      for percent in [1, 5, 10] {
        let capacity = total / 100 * percent
        let ratios = [
          measure(LRU.self, trace, sizes, capacity), measure(Sieve.self, trace, sizes, capacity),
          measure(S3FIFO.self, trace, sizes, capacity), measure(WTinyLFU.self, trace, sizes, capacity),
        ]
        print(trace.name, "\(percent) %:", ratios.joined(separator: "  "))
      }
    }
  }

  private static func measure<P: Policy>(_: P.Type, _ trace: Trace, _ sizes: [Int32], _ capacity: Int) -> String {
    var policy = P(capacity: capacity)
    var hits = 0
    for key in trace.keys where policy.access(Int(key), size: Int(sizes[Int(key)])) { hits += 1 }
    let ratio = Double(hits) / Double(trace.keys.count)
    let tenths = Int(ratio * 1000 + 0.5)
    return "\(P.name) \(tenths / 10).\(tenths % 10)"
  }
}
