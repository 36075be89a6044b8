import NIOCore
import Testing

@testable import Idempotency

@Suite struct KeyTableTests {
  /// *Confined to* the test's thread.
  private final class Box {
    var table = KeyTable(capacity: 1 << 20)
  }

  private let box = Box()
  private var table: KeyTable {
    get { box.table }
    nonmutating set { box.table = newValue }
  }

  private func claim(_ request: KeyedRequest, _ token: String = "1", at seconds: Int = 0) -> KeyState {
    table.claim(request, token: token, until: .start + seconds + 30, at: .start + seconds)
  }

  private func knows(_ key: String, at seconds: Int) -> Bool { table.knows(hash(key), at: .start + seconds) }

  @Test func theFirstRunsAndItsAnswerIsGivenAgain() {
    #expect(claim(request("k")) == .begun)
    #expect(claim(request("k"), "2") == .running)
    table.keep(answer("done"), of: request("k"), token: "1", until: .start + 100)
    #expect(claim(request("k"), "2", at: 99) == .kept(answer("done")))
    #expect(claim(request("k"), "2", at: 100) == .begun)
  }

  @Test func anotherRequestMayNotHaveTheKey() {
    #expect(claim(request("k")) == .begun)
    #expect(claim(request("k", "POST /b"), "2") == .other)
    #expect(claim(request("l", "POST /b"), "2") == .begun)
    table.keep(answer("done"), of: request("k"), token: "1", until: .start + 100)
    #expect(claim(request("k", "POST /b"), "2") == .other)
  }

  @Test func aKeyThatIsGivenBackIsFree() {
    #expect(claim(request("k")) == .begun)
    table.release(request("k"), token: "2")
    #expect(claim(request("k"), "2") == .running)
    table.release(request("k"), token: "1")
    #expect(claim(request("k", "POST /b"), "2") == .begun)
  }

  @Test func aLeaseEndsUnlessItIsRenewed() {
    #expect(claim(request("k")) == .begun)
    table.renew(request("k"), token: "1", until: .start + 50)
    table.renew(request("k"), token: "2", until: .start + 500)
    #expect(claim(request("k"), "2", at: 49) == .running)
    #expect(claim(request("k"), "2", at: 50) == .begun)
    // The first one's word comes too late: the second runs.
    table.keep(answer("late"), of: request("k"), token: "1", until: .start + 500)
    table.release(request("k"), token: "1")
    #expect(claim(request("k"), "3", at: 51) == .running)
  }

  /// Whose lease has ended and whose key nobody has taken since, has done its work all the same.
  @Test func aLateAnswerIsKeptWhereNobodyElseRuns() {
    #expect(claim(request("k")) == .begun)
    table.keep(answer("late"), of: request("k"), token: "1", until: .start + 500)
    #expect(claim(request("k"), "2", at: 40) == .kept(answer("late")))
  }

  @Test func answersAreKeptWithinTheBound() {
    box.table = KeyTable(capacity: 100_000)
    for number in 0..<10_000 {
      let one = request("k\(number)")
      #expect(claim(one) == .begun)
      table.keep(answer(String(repeating: "x", count: 1000)), of: one, token: "1", until: .start + 100)
      #expect(table.figures.bytes <= 100_000 && table.figures.running == 0)
    }
    #expect(table.figures.kept > 50 && table.figures.kept <= 100_000 / KeyTable.overhead)
    #expect(claim(request("k9999"), "2") == .kept(answer(String(repeating: "x", count: 1000))))
    #expect(claim(request("k0"), "2") == .begun)
    // Larger than all the room there is.
    #expect(claim(request("large")) == .begun)
    table.keep(answer(String(repeating: "x", count: 200_000)), of: request("large"), token: "1", until: .start + 100)
    #expect(claim(request("large")) == .begun)
  }

  /// What runs is not forgotten for what comes: it would be worked at twice.
  @Test func soManyRunAndNoMore() {
    box.table = KeyTable(capacity: 1 << 20, mostRunning: 100)
    for number in 0..<100 { #expect(claim(request("k\(number)")) == .begun) }
    #expect(claim(request("more")) == .full)
    #expect(claim(request("k0"), "2") == .running)
    table.release(request("k7"), token: "1")
    #expect(claim(request("more")) == .begun)
    #expect(claim(request("too many"), at: 29) == .full)
    #expect(claim(request("after the leases"), at: 30) == .begun)
    #expect(table.figures.running == 1)
  }

  @Test func itKnowsWhatItHas() {
    #expect(!knows("k", at: 0))
    #expect(claim(request("k")) == .begun)
    #expect(knows("k", at: 29) && !knows("k", at: 30))
    table.keep(answer(""), of: request("k"), token: "1", until: .start + 100)
    #expect(knows("k", at: 99) && !knows("k", at: 100))
    #expect(table.figures.kept == 0 && table.figures.bytes == 0)
  }
}
