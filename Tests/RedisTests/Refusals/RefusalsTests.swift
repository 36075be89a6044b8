import Testing
import Timing

@testable import Redis

struct RefusalsTests {
  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

  @Test func aKindIsToldOnceAMinuteWithItsCount() {
    var refusals = Refusals()
    let full = RedisFailure.refused("OOM command not allowed")
    #expect(
      refusals.refused(.write, full, at: at(0))
        == .init(work: .write, words: "OOM command not allowed", count: 1))
    for second in 1..<60 {
      let report = refusals.refused(.write, full, at: at(Int64(second)))
      #expect(report == nil)
    }
    #expect(refusals.refused(.write, .refused("OOM again"), at: at(60))?.count == 60)
    // Another kind does not wait for it.
    #expect(refusals.refused(.read, .refused("NOPERM no"), at: at(60))?.count == 1)
    #expect(refusals.refused(.read, .unexpected, at: at(60))?.count == 1)
  }

  @Test func kindsAreBounded() {
    var refusals = Refusals()
    var told = 0
    for number in 0..<1000 where refusals.refused(.read, .refused("E\(number) x"), at: at(1)) != nil { told += 1 }
    #expect(told == Refusals.mostKinds)
    let later = refusals.refused(.read, .refused("E1000 x"), at: at(61))
    #expect(later != nil)
  }

  @Test func wordsAreCut() {
    var refusals = Refusals()
    let report = refusals.refused(.read, .refused(String(repeating: "x", count: 5000)), at: at(0))
    #expect(report?.words.count == Refusals.longestWords)
  }

  @Test func whatSucceedsIsRefusedNoMore() {
    var refusals = Refusals()
    _ = refusals.refused(.write, .refused("OOM"), at: at(0))
    _ = refusals.refused(.subscribe, .refused("NOPERM"), at: at(0))
    let read = refusals.done(.read)
    #expect(!read && refusals.current.keys.contains(.write) && refusals.words == "OOM")
    let write = refusals.done(.write)
    #expect(!write && refusals.words == "NOPERM")
    let subscribe = refusals.done(.subscribe)
    #expect(subscribe && refusals.current.isEmpty && refusals.words == nil)
    // Told once.
    let again = refusals.done(.subscribe)
    #expect(!again)
  }

  @Test func aNewConnectionMayNotRefuse() {
    var refusals = Refusals()
    _ = refusals.refused(.connect, .refused("WRONGPASS"), at: at(0))
    _ = refusals.refused(.write, .refused("READONLY"), at: at(0))
    let isClear = refusals.connected()
    #expect(isClear && refusals.current.isEmpty)
    _ = refusals.refused(.topology, .refused("ERR No such master"), at: at(100))
    let isClearAgain = refusals.connected()
    #expect(!isClearAgain)
  }
}
