import Timing

/// How many times fell between which bounds, and their sum. A value.
package struct Histogram: Hashable, Sendable {
  /// A bucket each, none within another.
  package private(set) var buckets = [UInt64](repeating: 0, count: LatencyBounds.count)
  /// In nanoseconds.
  package private(set) var sum: UInt64 = 0
  /// The last request of each bucket whose trace is known; empty where exemplars are not kept.
  package private(set) var exemplars: [Exemplar?] = []

  package init() {}

  init(buckets: [UInt64], sum: UInt64) {
    precondition(buckets.count == LatencyBounds.count, "a histogram has all buckets")
    self.buckets = buckets
    self.sum = sum
  }

  package var count: UInt64 { buckets.reduce(0, &+) }

  /// Counts one; a negative time is none.
  package mutating func add(_ nanoseconds: Int64, _ exemplar: Exemplar? = nil) {
    let time = max(0, nanoseconds)
    let bucket = LatencyBounds.bucket(of: time)
    buckets[bucket] &+= 1
    sum &+= UInt64(time)
    guard let exemplar else { return }
    if exemplars.isEmpty { exemplars = [Exemplar?](repeating: nil, count: LatencyBounds.count) }
    exemplars[bucket] = exemplar
  }

  /// Adds what another has counted; of two exemplars the later one stays.
  package mutating func add(_ other: Histogram) {
    for index in buckets.indices { buckets[index] &+= other.buckets[index] }
    sum &+= other.sum
    if exemplars.isEmpty {
      exemplars = other.exemplars
    } else if !other.exemplars.isEmpty {
      for (index, theirs) in other.exemplars.enumerated() {
        guard let theirs else { continue }
        if exemplars[index].map({ $0.at < theirs.at }) ?? true { exemplars[index] = theirs }
      }
    }
  }
}

/// A request that stands for others of its bucket: who sees it in a chart finds its trace. A value.
package struct Exemplar: Hashable, Sendable {
  /// Of its trace.
  package let traceHigh: UInt64
  package let traceLow: UInt64
  /// The time that was counted.
  package let nanoseconds: Int64
  /// The end of the request.
  package let at: Instant

  package init(traceHigh: UInt64, traceLow: UInt64, nanoseconds: Int64, at instant: Instant) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.nanoseconds = nanoseconds
    at = instant
  }
}
