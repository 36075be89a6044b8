import Testing
import Timing

@testable import Front

@Suite struct BodyPaceTests {
  private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64((1000 + seconds) * 1_000_000_000)) }

  @Test func nothingIsAskedWithinTheGrace() {
    var pace = BodyPace(grace: .seconds(10), bytesPerSecond: 240)
    pace.wait(at(0))
    #expect(!pace.isSpent(at(10)))
    #expect(pace.isSpent(at(10.1)))
  }

  @Test func aByteEveryThreeSecondsIsTooSlow() {
    var pace = BodyPace(grace: .seconds(10), bytesPerSecond: 240)
    for second in stride(from: 0.0, through: 9, by: 3) {
      pace.wait(at(second))
      pace.received(1)
    }
    #expect(pace.isSpent(at(10.5)))
  }

  @Test func bytesAreWorthTheirTime() {
    var pace = BodyPace(grace: .seconds(10), bytesPerSecond: 240)
    for second in 0..<1000 {
      pace.wait(at(Double(second)))
      #expect(!pace.isSpent(at(Double(second))))
      pace.received(240)
    }
    #expect(!pace.isSpent(at(1009)))
    #expect(pace.isSpent(at(1010.1)))
  }

  @Test func timeInWhichTheClientIsNotReadDoesNotCount() {
    var pace = BodyPace(grace: .seconds(10), bytesPerSecond: 240)
    pace.wait(at(0))
    pace.pause(at(9))
    #expect(!pace.isSpent(at(500)))
    pace.wait(at(500))
    #expect(!pace.isSpent(at(500.9)))
    #expect(pace.isSpent(at(501.1)))
  }

  @Test func withoutARateEverythingIsFastEnough() {
    var pace = BodyPace(grace: .zero, bytesPerSecond: 0)
    pace.wait(at(0))
    pace.received(1)
    #expect(!pace.isSpent(at(100_000)))
  }
}
