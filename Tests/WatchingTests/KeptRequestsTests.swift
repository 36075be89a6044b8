import Testing

@testable import Watching

@Suite struct KeptRequestsTests {
  @Test func theLastAreKept() {
    var recent = RecentRequests()
    for number in 0..<RecentRequests.most + 50 { recent.add(.test("\(number)")) }
    #expect(recent.all.count == RecentRequests.most && recent.all.first?.id == "50")
  }

  @Test func theLastAreBoundedInBytes() {
    var recent = RecentRequests()
    let long = "/" + String(repeating: "a", count: 16 * 1024)
    for number in 0..<100 { recent.add(.test("\(number)", target: long)) }
    #expect(recent.all.reduce(0) { $0 + $1.size } <= RecentRequests.mostBytes)
    #expect(recent.all.last?.id == "99" && recent.all.count > 50)
  }

  /// A route that fails all the time leaves the others their places.
  @Test func routesShareThePlaces() {
    var kept = NotableRequests(most: 10, mostBytes: .max)
    for number in 0..<3 { kept.add(.test("rare\(number)", "GET /rare")) }
    for number in 0..<500 { kept.add(.test("often\(number)", "GET /often")) }
    #expect(kept.count == 10)
    #expect(kept.all.filter { $0.route == "GET /rare" }.count == 3)
    #expect(kept.all.filter { $0.route == "GET /often" }.map(\.id).sorted() == (493..<500).map { "often\($0)" })
    for number in 0..<500 { kept.add(.test("new\(number)", "GET /new")) }
    let counts = Dictionary(grouping: kept.all) { $0.route ?? "" }.mapValues(\.count)
    #expect(kept.count == 10 && counts["GET /rare"] == 3 && (counts["GET /often"] ?? 0) >= 3)
  }

  @Test func keptOnesAreBoundedInBytes() {
    var kept = NotableRequests(most: 1000, mostBytes: 10_000)
    for number in 0..<100 { kept.add(.test("\(number)", "GET /\(number % 7)")) }
    #expect(kept.bytes <= 10_000 && kept.count > 5 && kept.all.contains { $0.id == "99" })
    // One that is too large by itself is not kept, and takes no place.
    kept.add(.test("huge", target: String(repeating: "a", count: 20_000)))
    #expect(kept.bytes <= 10_000 && !kept.all.contains { $0.id == "huge" })
  }

  @Test func whatIsNotable() {
    let slow = RequestWatches.defaultSlowFrom
    func notable(_ request: WatchedRequest) -> WatchedRequest.Notable? { request.notable(slowFrom: slow) }
    #expect(notable(.test()) == nil)
    #expect(notable(.test(took: 499)) == nil && notable(.test(took: 500)) == .slow)
    #expect(notable(.test(status: 503)) == .failed && notable(.test(took: 900, status: 500)) == .failed)
    #expect(notable(.test(status: 404)) == nil)
    #expect(notable(.test(calls: [.test("a"), .test("b", "timeout")])) == .partial)
    #expect(notable(.test(calls: [.test("a", "absent"), .test("b", "skipped")])) == nil)
  }
}
