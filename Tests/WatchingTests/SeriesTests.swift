import Testing
import Timing

@testable import Watching

@Suite struct SeriesTests {
  @Test func windowsAreCountedAndWrittenOver() {
    var series = Series(windows: 3, of: .seconds(10))
    for second in [1, 9, 11, 25] { series.record(Series.Event(isFailed: second > 10), at: .at(second)) }
    #expect(series.tally(at: .at(25)).total == 4 && series.tally(at: .at(25)).failed == 2)
    #expect(series.tallies(at: .at(25)).map(\.total) == [2, 1, 1])
    // The first window is gone, and its place taken.
    series.record(Series.Event(), at: .at(31))
    #expect(series.tallies(at: .at(31)).map(\.total) == [1, 1, 1])
    // What ended so long ago has no place any more.
    series.record(Series.Event(), at: .at(2))
    #expect(series.tally(at: .at(31)).total == 3)
    #expect(series.tally(at: .at(500)).total == 0)
    #expect(series.tallies(at: .at(500)).map(\.total) == [0, 0, 0])
  }

  @Test func windowsBeforeTheBeginningAreEmpty() {
    var series = Series(windows: 4, of: .seconds(10))
    series.record(Series.Event(), at: .at(3))
    #expect(series.tallies(at: .at(5)).map(\.total) == [0, 0, 0, 1])
  }

  @Test func sharesAreOfWhatCouldBe() {
    var series = Series(windows: 1, of: .seconds(10))
    #expect(series.tally(at: .at(1)).failedShare == nil && series.tally(at: .at(1)).cacheHitShare == nil)
    series.record(Series.Event(isFailed: true, outcome: "timeout"), at: .at(1))
    series.record(Series.Event(isFailed: true, outcome: "what"), at: .at(1))
    series.record(Series.Event(isPartial: true, isCacheHit: false), at: .at(1))
    series.record(Series.Event(isCacheHit: true), at: .at(1))
    let tally = series.tally(at: .at(1))
    #expect(tally.failedShare == 0.5 && tally.partialShare == 0.25 && tally.cacheHitShare == 0.5)
    #expect(tally.failures.map(\.outcome) == ["timeout", "other"] && tally.failures.map(\.count) == [1, 1])
  }

  @Test func binsHaveNoGaps() {
    for index in 0..<LatencyBins.count - 1 {
      #expect(LatencyBins.bounds(index).upperBound == LatencyBins.bounds(index + 1).lowerBound)
    }
    for microseconds in [0, 127, 128, 159, 160, 1000, 50_000, 1_000_000, 33_000_000] {
      let bounds = LatencyBins.bounds(LatencyBins.index(microseconds: microseconds))
      #expect(bounds.contains(Double(microseconds)), "\(microseconds)")
    }
    #expect(LatencyBins.index(microseconds: .max) == LatencyBins.count - 1)
  }

  /// Off by an eighth at most, wherever they lie.
  @Test func quantilesAreNear() throws {
    for scale in [1, 7, 40] {
      var series = Series(windows: 1, of: .seconds(10))
      for milliseconds in 1...200 { series.record(Series.Event(microseconds: milliseconds * scale * 1000), at: .at(1)) }
      let tally = series.tally(at: .at(1))
      for share in [0.5, 0.95, 0.99] {
        let found = try #require(tally.quantile(share))
        let expected = share * 200 * Double(scale)
        #expect(abs(found - expected) < expected / 8, "\(share) of \(scale): \(found)")
      }
    }
    #expect(Tally().quantile(0.5) == nil)
  }
}

extension Instant {
  static func at(_ second: Int, milliseconds: Int = 0) -> Instant {
    Instant(nanoseconds: Int64(second) * 1_000_000_000 + Int64(milliseconds) * 1_000_000)
  }
}
