import Messages
import Testing
import Timing

@testable import Front

/// What is told of calls in lines of requests, and to clients.
struct CallTraceLogTests {
  private static let start = Instant(nanoseconds: 1_000_000_000)

  private static func at(_ milliseconds: Int) -> Instant { start.advanced(by: .milliseconds(milliseconds)) }

  private static func trace(_ name: String, _ outcome: String, _ began: Int, _ ended: Int) -> CallTrace {
    CallTrace(name, backend: "b", outcome: outcome, began: at(began), ended: at(ended))
  }

  private static let calls: [CallTrace] = {
    var me = trace("me", "ok", 0, 12)
    var traces = AttemptTraces()
    var attempt = AttemptTrace("http://a", queued: at(0), began: at(0), ended: at(12), outcome: AttemptTrace.answered)
    attempt.connect = .milliseconds(1)
    attempt.firstByte = .milliseconds(11)
    attempt.status = 200
    traces.add(attempt)
    me.take(traces)
    var orders = trace("orders", "timeout", 12, 262)
    traces = AttemptTraces()
    attempt = AttemptTrace("http://b", queued: at(12), began: at(42), ended: at(52), outcome: AttemptTrace.answered)
    attempt.status = 503
    traces.add(attempt)
    traces.add(AttemptTrace("http://c", queued: at(60), began: at(60), ended: at(262), outcome: "timeout"))
    for _ in 0..<16 { traces.add(attempt) }
    orders.take(traces)
    orders.attempts.removeLast(14)
    orders.used = "fallback"
    var recs = trace("recs", "ok", 12, 15)
    recs.cache = .hit
    var old = trace("old", "status", 1, 3)
    (old.cache, old.used) = (.stale, "stale")
    var shared = trace("shared", "absent", 1, 3)
    shared.cache = .collapsed
    var undone = trace("undone", "ok", 3, 4)
    undone.compensated = "done"
    return [me, orders, recs, old, shared, undone, trace("none", "skipped", 3, 3)]
  }()

  @Test func marksAreOfFailuresAndOfKeptValues() {
    let texts = Self.calls.map(\.logText)
    let expected = [
      "me=12", "orders=250!timeout", "recs=3~cache", "old=2!status~stale", "shared=2", "undone=1", "none=0",
    ]
    #expect(texts == expected)
  }

  @Test func theWaterfallSaysWhereTheTimeWent() {
    let expected =
      "me 0-12 ms ok: http://a connected in 1 ms, first byte after 11 ms, 200 after 12 ms; "
      + "orders 12-262 ms timeout, a fallback stands in: waited 30 ms, http://b 503 after 10 ms, "
      + "then http://c timeout after 202 ms, and 16 more; recs 12-15 ms ok from the cache; "
      + "old 1-3 ms status, a stale value stands in; shared 1-3 ms absent, fetched for another; "
      + "undone 3-4 ms ok, undone: done"
    #expect(Waterfall.text(Self.calls, since: Self.start) == expected)
  }

  @Test func theWaterfallIsBounded() {
    let text = Waterfall.text(Array(repeating: Self.calls[1], count: 1000), since: Self.start)
    #expect(text.utf8.count <= Waterfall.maxBytes + 8 && text.hasSuffix("; …"))
  }

  @Test func inJSONAllIsSaid() {
    #expect(
      Self.calls[1].logJSON
        == #"{"name":"orders","outcome":"timeout","status":null,"ms":250,"queue":30,"attempts":18,"#
        + #""hedged":false,"cache":null}"#)
    #expect(Self.calls[2].logJSON.hasSuffix(#""attempts":0,"hedged":false,"cache":"hit"}"#))
  }

  @Test func clientsAreToldTimesAndWords() {
    #expect(
      ServerTiming.value(Array(Self.calls.prefix(3)))
        == #"me;dur=12, orders;dur=250;desc="timeout", recs;dur=3;desc="cache""#)
    #expect(ServerTiming.value([Self.calls[6]]) == nil && ServerTiming.value([]) == nil)
    #expect(ServerTiming.value([Self.trace("a b,c", "a\"b\\", 0, 1)]) == #"a_b_c;dur=1;desc="a\"b\\""#)
  }
}

struct RequestSamplingTests {
  @Test func aShareOfIdsIsTaken() {
    for share in [0.01, 0.3, 0.9] {
      let sampling = RequestSampling(share: share)
      let taken = (0..<10_000).count { sampling.takes("request-\($0)") }
      #expect(abs(Double(taken) / 10_000 - share) < 0.03, "\(share): \(taken)")
    }
  }

  @Test func whatASmallShareTakesALargeOneDoesToo() {
    let (small, large) = (RequestSampling(share: 0.2), RequestSampling(share: 0.4))
    #expect((0..<1000).allSatisfy { !small.takes("\($0)") || large.takes("\($0)") })
  }

  @Test func allAndNone() {
    #expect((0..<1000).allSatisfy { RequestSampling(share: 1).takes("\($0)") })
    #expect(!(0..<1000).contains { RequestSampling(share: 0).takes("\($0)") })
  }
}
