import Testing

@testable import Plans

@Suite struct RequestReadsTests {
  @Test func namesAddUp() {
    var reads = RequestReads()
    for path in [
      ["path", "id"], ["query", "a"], ["query", "b", "c"], ["headers"], ["headers", "x"], ["user", "id"], ["env", "A"],
    ] {
      reads.insert(path)
    }
    #expect(reads.path == .some(["id"]))
    #expect(reads.query == .some(["a", "b"]))
    #expect(reads.headers == .all)
    #expect(reads.cookies.isEmpty)
    #expect(!reads.body)
    reads.insert(["body", "x"])
    #expect(reads.body)
  }

  @Test func theWholeScopeIsEverything() {
    var reads = RequestReads()
    reads.insert([])
    #expect(reads.path == .all && reads.claims == .all && reads.client == .all && reads.body)
  }
}
