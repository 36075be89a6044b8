import Testing
import Timing

@testable import Metrics

@Suite struct HistogramTests {
  @Test func eachTimeIsInTheBucketOfTheBoundAboveIt() {
    #expect(LatencyBounds.milliseconds.count + 1 == LatencyBounds.count)
    #expect(LatencyBounds.milliseconds == LatencyBounds.milliseconds.sorted())
    for (index, bound) in LatencyBounds.milliseconds.enumerated() {
      #expect(LatencyBounds.bucket(of: bound * 1_000_000) == index, "\(bound) ms")
      #expect(LatencyBounds.bucket(of: bound * 1_000_000 + 1) == index + 1, "over \(bound) ms")
    }
    #expect(LatencyBounds.bucket(of: 0) == 0)
    #expect(LatencyBounds.bucket(of: .max) == LatencyBounds.count - 1)
  }

  @Test func timesAddUp() {
    var one = Histogram()
    one.add(3_000_000)
    one.add(-5)
    var other = Histogram()
    other.add(2_000_000_000)
    other.add(20_000_000_000)
    one.add(other)
    #expect(one.count == 4)
    #expect(one.sum == 22_003_000_000)
    #expect(one.buckets[0] == 2 && one.buckets[10] == 1 && one.buckets[15] == 1)
    #expect(one.exemplars.isEmpty)
  }

  @Test func theLaterExemplarOfABucketStays() {
    func histogram(_ time: Int64, trace: UInt64, at instant: Int64) -> Histogram {
      var histogram = Histogram()
      let end = Instant(nanoseconds: instant)
      histogram.add(time, Exemplar(traceHigh: 0, traceLow: trace, nanoseconds: time, at: end))
      return histogram
    }
    var sum = histogram(1, trace: 1, at: 10)
    sum.add(histogram(2, trace: 2, at: 20))
    sum.add(histogram(3, trace: 3, at: 5))
    sum.add(histogram(60_000_000, trace: 4, at: 1))
    sum.add(Histogram())
    #expect(sum.exemplars.map { $0?.traceLow } == [2, nil, nil, nil, 4] + [UInt64?](repeating: nil, count: 11))
    var empty = Histogram()
    empty.add(sum)
    #expect(empty == sum)
  }

  @Test func manyThreadsCountTogether() async {
    let shared = SharedHistogram()
    await withDiscardingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for time in 0..<1000 { shared.add(Int64(time) * 1_000_000) } }
      }
    }
    #expect(shared.value.count == 8000)
    #expect(shared.value.sum == 8 * 499_500 * 1_000_000)
    // 0 to 5 ms.
    #expect(shared.value.buckets[0] == 8 * 6)
  }
}
