import Messages
import Testing
import Timing

struct AttemptTracesTests {
  private func attempt(_ name: String, at milliseconds: Int) -> AttemptTrace {
    let now = Instant(nanoseconds: 0).advanced(by: .milliseconds(milliseconds))
    return AttemptTrace(name, queued: now, began: now, ended: now, outcome: AttemptTrace.answered)
  }

  @Test func noMoreAreKeptThanTheBound() {
    var traces = AttemptTraces()
    for number in 0..<100 { traces.add(attempt("\(number)", at: number)) }
    #expect(traces.count == 100 && traces.kept.map(\.address) == (0..<AttemptTraces.most).map { "\($0)" })
  }

  @Test func whatFoundNoPlaceIsKeptAndNotCounted() {
    var traces = AttemptTraces()
    traces.add(attempt("", at: 0), isCounted: false)
    #expect(traces.count == 0 && traces.kept.count == 1)
  }

  /// Whatever the order in which requests are told of, and however many attempts the first ones had.
  @Test func theFirstOfSeveralRequestsAreKept() {
    let all = (0..<40).map { request -> AttemptTraces in
      var traces = AttemptTraces()
      traces.add(attempt("\(request)", at: request * 10))
      if request == 2 { for again in 1...3 { traces.add(attempt("again \(again)", at: request * 10 + again * 25)) } }
      return traces
    }
    let joined = AttemptTraces(joining: all.reversed())
    #expect(joined.count == 43)
    let expected = [
      "0", "1", "2", "3", "4", "again 1", "5", "6", "7", "again 2", "8", "9", "again 3", "10", "11", "12",
    ]
    // Two of them began in the same moment.
    #expect(Set(joined.kept.map(\.address)) == Set(expected) && joined.kept.count == AttemptTraces.most)
    #expect(joined.kept.map(\.queued) == joined.kept.map(\.queued).sorted())
  }
}
