import Resilience
import Testing

struct BackoffTests {
  private var backoff = Backoff(first: .milliseconds(50), longest: .seconds(5))

  @Test mutating func backoffDoublesToItsBound() {
    var waits: [Duration] = []
    for _ in 0..<10 { waits.append(backoff.next(chance: 1)) }
    #expect(waits[0] == .milliseconds(50) && waits[1] == .milliseconds(100) && waits[2] == .milliseconds(200))
    #expect(waits[9] == .seconds(5))
    backoff.reset()
    #expect(backoff.next(chance: 0) == .milliseconds(25))
  }

  @Test mutating func aConnectionThatDoesNotLastIsAFailure() {
    for _ in 0..<3 { _ = backoff.next(chance: 1) }
    backoff.lasted(.milliseconds(100))
    #expect(backoff.next(chance: 1) == .milliseconds(400))
    backoff.lasted(.seconds(5))
    #expect(backoff.next(chance: 1) == .milliseconds(50))
  }

  @Test mutating func aStepIsDrawnByWhoeverWantsAnotherJitter() {
    for (failures, step) in [(0, 50), (1, 100), (6, 3200), (7, 5000), (1000, 5000)] {
      #expect(backoff.step(after: failures) == .milliseconds(step))
    }
    let steps = (0..<2).map { _ in backoff.next() }
    #expect(steps == [.milliseconds(50), .milliseconds(100)] && backoff.failures == 2)
    #expect(Backoff(first: .seconds(9), longest: .seconds(5)).step(after: 3) == .seconds(9))
    #expect(Backoff(first: .zero, longest: .seconds(5)).step(after: 3) == .zero)
  }
}
