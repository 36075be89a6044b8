import Testing
import Timing

@testable import Upstream

struct SlidingWindowTests {
  @Test func countsWhatHappened() {
    var window = SlidingWindow(length: .seconds(10))
    window.record(isError: true, at: .at(.zero))
    window.record(isError: false, at: .at(.seconds(3)))
    let totals = window.totals(at: .at(.seconds(5)))
    #expect(totals == (2, 1))
  }

  @Test func forgetsSliceBySlice() {
    var window = SlidingWindow(length: .seconds(10))
    for second in 0..<10 { window.record(isError: second < 5, at: .at(.seconds(second))) }
    #expect(window.totals(at: .at(.milliseconds(9_999))) == (10, 5))
    #expect(window.totals(at: .at(.seconds(10))) == (9, 4))
    #expect(window.totals(at: .at(.seconds(14))) == (5, 0))
    #expect(window.totals(at: .at(.seconds(19))) == (0, 0))
  }

  @Test func forgetsAllAfterAPause() {
    var window = SlidingWindow(length: .seconds(10))
    window.record(isError: true, at: .at(.zero))
    #expect(window.totals(at: .at(.seconds(1_000_000))) == (0, 0))
    window.record(isError: false, at: .at(.seconds(1_000_000)))
    #expect(window.totals(at: .at(.seconds(1_000_000))) == (1, 0))
  }

  @Test func timeThatSeemsToGoBackCountsAsNow() {
    var window = SlidingWindow(length: .seconds(10))
    window.record(isError: false, at: .at(.seconds(5)))
    window.record(isError: true, at: .at(.seconds(2)))
    #expect(window.totals(at: .at(.seconds(14))) == (2, 1))
  }

  @Test func agreesWithAPlainListOfCalls() {
    var random = SplitMix64(seed: 11)
    var window = SlidingWindow(length: .milliseconds(1000))
    var calls: [(slice: Int, isError: Bool)] = []
    var milliseconds = 0
    for _ in 0..<2000 {
      milliseconds += Int.random(in: 0...150, using: &random)
      let isError = Bool.random(using: &random)
      window.record(isError: isError, at: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
      calls.append((milliseconds / 100, isError))
      let recent = calls.filter { $0.slice > milliseconds / 100 - SlidingWindow.buckets }
      let totals = window.totals(at: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
      #expect(totals == (recent.count, recent.count { $0.isError }))
    }
  }
}
