import Testing
import Timing

@testable import Front

@Suite struct TimeWatchTests {
  private let start = Instant(nanoseconds: 1_000_000_000_000)

  private func later(_ seconds: Int64) -> Instant { Instant(nanoseconds: start.nanoseconds + seconds * 1_000_000_000) }

  @Test func nothingIsAwaitedAtFirst() {
    var watch = TimeWatch()
    #expect(watch.check(later(1000), pending: 0, outputLimit: .seconds(1)) == .good)
  }

  @Test func aWaitEnds() {
    var watch = TimeWatch()
    watch.set(.head, after: .seconds(10))
    let now = Instant.now()
    #expect(watch.check(now.advanced(by: .seconds(9)), pending: 0, outputLimit: .seconds(1)) == .good)
    #expect(watch.check(now.advanced(by: .seconds(11)), pending: 0, outputLimit: .seconds(1)) == .late(.head))
    watch.clear()
    #expect(watch.check(now.advanced(by: .seconds(99)), pending: 0, outputLimit: .seconds(1)) == .good)
  }

  @Test func aClientThatTakesNothingStalls() {
    var watch = TimeWatch()
    watch.wrote(1000)
    #expect(watch.check(start, pending: 900, outputLimit: .seconds(30)) == .good)
    #expect(watch.check(later(29), pending: 900, outputLimit: .seconds(30)) == .good)
    #expect(watch.check(later(30), pending: 900, outputLimit: .seconds(30)) == .stalled)
  }

  @Test func aClientThatTakesLittleGoesOn() {
    var watch = TimeWatch()
    watch.wrote(1000)
    #expect(watch.check(start, pending: 900, outputLimit: .seconds(30)) == .good)
    watch.wrote(1000)
    #expect(watch.check(later(29), pending: 1899, outputLimit: .seconds(30)) == .good)
    #expect(watch.check(later(58), pending: 1899, outputLimit: .seconds(30)) == .good)
    #expect(watch.check(later(59), pending: 1899, outputLimit: .seconds(30)) == .stalled)
  }

  @Test func afterAllIsTakenNothingIsOwed() {
    var watch = TimeWatch()
    watch.wrote(10)
    #expect(watch.owesOutput)
    #expect(watch.check(start, pending: 0, outputLimit: .seconds(1)) == .good)
    #expect(!watch.owesOutput)
    watch.wrote(10)
    #expect(watch.check(later(100), pending: 10, outputLimit: .seconds(30)) == .good)
  }
}
