import Testing
import Timing

@testable import Front

@Suite struct SlowTakersTests {
  private let megabyte = 1_000_000

  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (1000 + seconds) * 1_000_000_000) }

  @Test func belowTheLimitNobodyIsCutOff() {
    var takers = SlowTakers<Int>(limit: 10 * megabyte)
    for client in 0..<10 {
      #expect(takers.update(client, pending: megabyte, taken: 0, at(Int64(client))) == [])
    }
    #expect(takers.pending == 10 * megabyte)
    takers.remove(3)
    takers.remove(3)
    #expect(takers.pending == 9 * megabyte)
  }

  @Test func theSlowestAreFirst() {
    var takers = SlowTakers<String>(limit: 10 * megabyte)
    _ = takers.update("quick", pending: 4 * megabyte, taken: 0, at(0))
    _ = takers.update("still", pending: 3 * megabyte, taken: 5 * megabyte, at(1))
    _ = takers.update("slow", pending: 3 * megabyte, taken: 0, at(2))
    _ = takers.update("quick", pending: 4 * megabyte, taken: 9 * megabyte, at(10))
    _ = takers.update("slow", pending: 2 * megabyte, taken: megabyte, at(10))
    #expect(takers.update("new", pending: 4 * megabyte, taken: 0, at(10)) == ["still"])
    #expect(takers.pending == 10 * megabyte)
    #expect(takers.update("newer", pending: 5 * megabyte, taken: 0, at(10)) == ["slow", "quick"])
    #expect(takers.pending == 9 * megabyte)
  }

  @Test func whoHasJustBegunIsNoSlowOne() {
    var takers = SlowTakers<Int>(limit: 3 * megabyte)
    _ = takers.update(1, pending: megabyte, taken: 0, at(0))
    _ = takers.update(2, pending: megabyte, taken: 0, at(5))
    _ = takers.update(3, pending: megabyte, taken: 0, at(6))
    #expect(takers.update(4, pending: megabyte, taken: 0, at(6)) == [1])
  }

  @Test func oneThatIsTooLargeAloneGoesOn() {
    var takers = SlowTakers<Int>(limit: megabyte)
    #expect(takers.update(1, pending: 9 * megabyte, taken: 0, at(0)) == [])
    #expect(takers.update(1, pending: 8 * megabyte, taken: megabyte, at(9)) == [])
    takers.remove(1)
    #expect(takers.pending == 0)
  }
}
