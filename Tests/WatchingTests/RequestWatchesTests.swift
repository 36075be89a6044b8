import Messages
import Testing
import Timing

@testable import Watching

@Suite struct RequestWatchesTests {
  @Test func loopsAreToldOfTogether() throws {
    let watches = RequestWatches(at: .at(0))
    watches.watch(ofLoop: 0).add(.test("a", at: 100, calls: [.test("orders"), .test("users", "timeout")]))
    watches.watch(ofLoop: 1).add(.test("b", at: 101, calls: [.test("orders"), .test("users")]))
    watches.watch(ofLoop: 1).add(.test("c", "GET /c", at: 102, status: 500))
    #expect(watches.requests().map(\.id) == ["c", "b", "a"])
    #expect(watches.request("b")?.route == "GET /a" && watches.request("z") == nil)
    let minute = watches.lastMinute(at: .at(105))
    let route = try #require(minute.routes["GET /a"])
    #expect(route.tally.total == 2 && route.tally.partialShare == 0.5 && route.tally.failed == 0)
    #expect(route.parts["users"]?.failedShare == 0.5 && route.parts["orders"]?.failedShare == 0)
    #expect(minute.routes["GET /c"]?.tally.failed == 1)
    #expect(minute.backends["users"]?.tally.failures.first?.outcome == "timeout")
    #expect(minute.backends["orders"]?.parts["http://orders"]?.total == 2)
    #expect(minute.seconds == 55)
    #expect(watches.tallies(at: .at(105)).suffix(2).map(\.total) == [3, 0])
  }

  @Test func theSameLoopHasTheSameWatch() {
    let watches = RequestWatches()
    #expect(watches.watch(ofLoop: 3) === watches.watch(ofLoop: 3))
  }

  @Test func answersToWhatIsNoRequestAreCounted() {
    let watches = RequestWatches()
    watches.watch(ofLoop: 0).refused(status: 400)
    watches.watch(ofLoop: 0).refused(status: 503)
    let sum = watches.tallies(at: .now()).reduce(into: Tally()) { $0.add($1) }
    #expect(sum.total == 2 && sum.failed == 1 && watches.requests().isEmpty)
  }

  /// What the cache had says nothing of the backend.
  @Test func backendsAreJudgedByWhatTheyWereAsked() {
    let watches = RequestWatches(at: .at(0))
    var cached = CallTrace("orders", backend: "orders", outcome: "ok", began: .at(100), ended: .at(100))
    cached.cache = .hit
    let skipped = CallTrace("users", backend: "users", outcome: "skipped", began: .at(100), ended: .at(100))
    let refused = CallTrace("stock", backend: "stock", outcome: "circuit-open", began: .at(100), ended: .at(100))
    watches.watch(ofLoop: 0).add(.test(calls: [cached, skipped, refused]))
    let minute = watches.lastMinute(at: .at(101))
    #expect(minute.backends["orders"] == nil && minute.backends["users"] == nil)
    #expect(minute.backends["stock"]?.tally.failed == 1)
    #expect(minute.routes["GET /a"]?.parts["orders"]?.cacheHitShare == 1)
    #expect(minute.routes["GET /a"]?.parts["users"] == nil)
  }

  /// Another order of calls, as after a reload, is told by their names.
  @Test func callsAreKnownByTheirNames() {
    let watches = RequestWatches(at: .at(0))
    let watch = watches.watch(ofLoop: 0)
    watch.add(.test(calls: [.test("a", "timeout"), .test("b")]))
    watch.add(.test(calls: [.test("b"), .test("c"), .test("a")]))
    let parts = watches.lastMinute(at: .at(101)).routes["GET /a"]?.parts
    #expect(parts?.mapValues(\.total) == ["a": 2, "b": 2, "c": 1] && parts?["a"]?.failed == 1)
  }

  @Test func seriesAreBounded() {
    var state = LoopState()
    for number in 0..<LoopState.mostSeries * 2 { state.add(.test("r", "GET /\(number)")) }
    state.add(.test("last", "GET /last"))
    var minute = LastMinute(seconds: 60)
    state.add(to: &minute, at: .at(101))
    #expect(minute.routes.count <= LoopState.mostSeries && minute.routes["GET /last"]?.tally.total == 1)
  }

}
