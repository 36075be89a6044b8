import Messages
import Metrics
import Testing
import Timing

@testable import Front
@testable import Gateway

@Suite struct RequestTotalsTests {
  private func record(
    _ route: String?, _ status: Int?, milliseconds: Int = 1, _ change: (inout RequestRecord) -> Void = { _ in }
  ) -> RequestRecord {
    var record = RequestRecord()
    record.route = route
    record.status = status
    record.ended = record.received.advanced(by: .milliseconds(milliseconds))
    change(&record)
    return record
  }

  private func call(_ name: String, _ outcome: String, milliseconds: Int64 = 2, backend: String = "b") -> CallTrace {
    let began = Instant(nanoseconds: 1_000_000)
    return CallTrace(
      name, backend: backend, outcome: outcome, began: began, ended: began.advanced(by: .milliseconds(milliseconds)))
  }

  @Test func requestsCountByRouteMethodAndStatus() {
    var totals = RequestTotals()
    for status in [200, 204, 404, 503] { totals.add(record("GET /a", status), .get, nil, limits: nil) }
    totals.add(record("GET /a", nil), .get, nil, limits: nil)
    totals.add(record(nil, 404), MethodLabel("BREW"), nil, limits: nil)
    totals.addRefusal(status: 400)
    #expect(totals.routes.keys.sorted() == ["", "GET /a"])
    let requests = totals.routes["GET /a"]?.requests.entries ?? []
    #expect(requests.map(\.key.status) == [.success, .clientError, .serverError, .none])
    #expect(requests.map(\.figure.count) == [2, 1, 1, 1])
    let unknown = totals.routes[""]
    #expect(unknown?.requests.entries.first?.key == .init(method: .other, status: .clientError))
    #expect(unknown?.refused[.init(stage: "request", status: 400)] == 1)
  }

  @Test func methodsOfNobodyAreOther() {
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
      #expect(MethodLabel(method).rawValue == method)
    }
    for method in ["get", "TRACE", "", "GET\"} 1\n", "PROPFIND"] { #expect(MethodLabel(method) == .other) }
  }

  @Test func callsCountByOutcome() {
    var totals = RouteTotals()
    totals.add(
      record("r", 200) { $0.calls = [call("a", "ok"), call("b", "timeout"), call("c", "skipped")] }, .get, nil)
    totals.add(record("r", 200) { $0.calls = [call("a", "ok"), call("b", "ok"), call("c", "ok")] }, .get, nil)
    // Another generation's: the order is another, a call is new, one has moved to another backend.
    var hedged = call("b", "ok")
    hedged.isHedged = true
    totals.add(record("r", 200) { $0.calls = [call("d", "ok"), hedged, call("a", "ok", backend: "c")] }, .get, nil)
    func count(_ name: String, _ outcome: String, _ backend: String = "b") -> [UInt64] {
      let totals = totals.calls[.init(call: name, backend: backend)][outcome]
      return [totals.count, totals.times.count, totals.hedged]
    }
    #expect(count("a", "ok") == [2, 2, 0])
    #expect(count("a", "ok", "c") == [1, 1, 0])
    #expect(count("b", "timeout") == [1, 1, 0])
    #expect(count("b", "ok") == [2, 2, 1])
    #expect(count("c", "skipped") == [1, 0, 0])
    #expect(count("d", "ok") == [1, 1, 0])
    #expect(totals.calls.entries.count == 5)
  }

  @Test func partialAnswersAreThoseThatDidNotFail() {
    var totals = RouteTotals()
    for status in [200, 502, 404, 304] { totals.add(record("r", status) { $0.isPartial = true }, .get, nil) }
    totals.add(record("r", 200), .get, nil)
    #expect(totals.partial == 2)
  }

  @Test func theCacheCountsByResultLevelAndCall() {
    var totals = RouteTotals()
    var kept = call("a", "ok")
    (kept.cache, kept.cacheLevel) = (.stale, .redis)
    totals.add(
      record("r", 200) { record in
        (record.cache, record.cacheLevel) = (.hit, .memory)
        record.calls = [kept, call("b", "ok")]
      }, .get, nil)
    totals.add(record("r", 200) { $0.cache = .miss }, .get, nil)
    #expect(totals.cache.entries.count == 3)
    #expect(totals.cache[.init(call: "", result: .hit, level: .memory)] == 1)
    #expect(totals.cache[.init(call: "", result: .miss, level: nil)] == 1)
    #expect(totals.cache[.init(call: "a", result: .stale, level: .redis)] == 1)
  }

  @Test func loopsAddUp() {
    var (one, other) = (RequestTotals(), RequestTotals())
    one.add(record("a", 200) { $0.calls = [call("x", "ok")] }, .get, nil, limits: nil)
    other.add(record("a", 200) { $0.calls = [call("x", "ok"), call("y", "ok")] }, .get, nil, limits: nil)
    other.add(record("b", 429) { $0.refuse("limit", nil) }, .post, nil, limits: nil)
    one.add(other)
    #expect(one.routes["a"]?.requests.entries.map(\.figure.count) == [2])
    #expect(one.routes["a"]?.calls.entries.map { $0.figure["ok"].count } == [2, 1])
    #expect(one.routes["b"]?.refused[.init(stage: "limit", status: 429)] == 1)
  }

  /// However many definitions there were.
  @Test func namesAreBounded() {
    var totals = RequestTotals()
    for name in 0..<RequestTotals.mostNames + 100 {
      totals.add(record("GET /\(name)", 200), .get, nil, limits: nil)
    }
    totals.add(record("GET /0", 200), .get, nil, limits: nil)
    #expect(totals.routes.count == RequestTotals.mostNames)
    #expect(totals.routes["GET /0"]?.requests.entries.first?.figure.count == 2)
    var list = SeriesList<Int, UInt64>()
    for key in 0..<3000 { list.update(key) { $0 += 1 } }
    list.update(7) { $0 += 1 }
    #expect(list.entries.count == SeriesList<Int, UInt64>.mostKeys && list[7] == 2 && list[2999] == 0)
  }
}
