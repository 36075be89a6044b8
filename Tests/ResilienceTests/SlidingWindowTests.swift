import TestInputs
import Testing
import Timing

@testable import Resilience

struct SlidingWindowTests {
  @Test func countsWhatHappened() {
    var window = SlidingWindow(.time(.seconds(10)))
    window.record(isFailure: true, at: .at(.zero))
    window.record(isFailure: false, at: .at(.seconds(3)))
    let totals = window.totals(at: .at(.seconds(5)))
    #expect(totals == .init(calls: 2, failures: 1))
  }

  @Test func forgetsSliceBySlice() {
    var window = SlidingWindow(.time(.seconds(10)))
    for second in 0..<10 { window.record(isFailure: second < 5, at: .at(.seconds(second))) }
    #expect(window.totals(at: .at(.milliseconds(9_999))) == .init(calls: 10, failures: 5))
    #expect(window.totals(at: .at(.seconds(10))) == .init(calls: 9, failures: 4))
    #expect(window.totals(at: .at(.seconds(14))) == .init(calls: 5, failures: 0))
    #expect(window.totals(at: .at(.seconds(19))) == .init(calls: 0, failures: 0))
  }

  @Test func forgetsAllAfterAPause() {
    var window = SlidingWindow(.time(.seconds(10)))
    window.record(isFailure: true, at: .at(.zero))
    #expect(window.totals(at: .at(.seconds(1_000_000))) == .init(calls: 0, failures: 0))
    window.record(isFailure: false, at: .at(.seconds(1_000_000)))
    #expect(window.totals(at: .at(.seconds(1_000_000))) == .init(calls: 1, failures: 0))
  }

  @Test func timeThatSeemsToGoBackCountsAsNow() {
    var window = SlidingWindow(.time(.seconds(10)))
    window.record(isFailure: false, at: .at(.seconds(5)))
    window.record(isFailure: true, at: .at(.seconds(2)))
    #expect(window.totals(at: .at(.seconds(14))) == .init(calls: 2, failures: 1))
  }

  @Test func agreesWithAPlainListOfCalls() {
    var random = Dice(seed: 11)
    var window = SlidingWindow(.time(.milliseconds(1000)))
    var calls: [(slice: Int, isError: Bool)] = []
    var milliseconds = 0
    for _ in 0..<2000 {
      milliseconds += Int.random(in: 0...150, using: &random)
      let isError = Bool.random(using: &random)
      window.record(isFailure: isError, at: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
      calls.append((milliseconds / 100, isError))
      let recent = calls.filter { $0.slice > milliseconds / 100 - SlidingWindow.slices }
      let totals = window.totals(at: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
      #expect(totals == .init(calls: recent.count, failures: recent.count { $0.isError }))
    }
  }

  @Test func countsTheLastResultsWhenever() {
    var window = SlidingWindow(.results(4))
    #expect(window.totals(at: .at(.zero)) == .init())
    for number in 0..<4 { window.record(isFailure: number < 2, at: .at(.seconds(number * 1000))) }
    #expect(window.totals(at: .at(.seconds(1_000_000))) == .init(calls: 4, failures: 2))
    #expect(window.record(isFailure: false, at: .at(.zero)) == .init(calls: 4, failures: 1))
    #expect(window.record(isFailure: true, at: .at(.zero)) == .init(calls: 4, failures: 1))
    window.clear()
    #expect(window.record(isFailure: true, at: .at(.zero)) == .init(calls: 1, failures: 1))
  }
}
