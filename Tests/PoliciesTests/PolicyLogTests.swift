import TestRedis
import Testing
import Timing

@testable import Policies

@Suite struct PolicyLogTests {
  private let recorded = RecordedLog()

  private func instant(_ seconds: Int) -> Instant { Instant(nanoseconds: Int64(seconds) * 1_000_000_000) }

  @Test func anEventIsToldOfOnceInAWhile() {
    let log = PolicyLog(recorded.logger)
    for second in 1...40 { log.note(.uncounted, of: "a", at: instant(second), ["limit": "a"]) }
    let lines = recorded.lines(with: "limit")
    #expect(lines.count == 4 && lines[1].contains("times=10"), "\(lines)")
  }

  /// Each event, and each name of it, for itself.
  @Test func otherNamesAndEventsAreToldAtOnce() {
    let log = PolicyLog(recorded.logger)
    for name in ["a", "b", "a"] {
      log.note(.wouldRefuse, of: name, at: instant(1), ["route": "\(name)"])
      log.note(.longBody, of: name, at: instant(1), ["route": "\(name)"])
    }
    #expect(recorded.lines(with: "route=a").count == 2 && recorded.lines(with: "route=b").count == 2)
  }

  /// Whoever makes ever new names is told of as one, and of an event that is over no name is kept.
  @Test func namesAreBounded() {
    let log = PolicyLog(recorded.logger)
    func flood(at second: Int) {
      for name in 0..<1000 { log.note(.wouldRefuse, of: "\(second) \(name)", at: instant(second), ["id": "\(name)"]) }
    }
    flood(at: 1)
    #expect(recorded.lines(with: "id=").count == PolicyLog.mostNames + 1)
    flood(at: 100)
    #expect(recorded.lines(with: "id=").count == 2 * (PolicyLog.mostNames + 1))
  }

  /// What is not told is not put into words either.
  @Test func factsAreMadeForALineOnly() {
    let log = PolicyLog(recorded.logger)
    var made = 0
    func fact() -> String {
      made += 1
      return "x"
    }
    for _ in 0..<5 { log.note(.noRate, of: "a", at: instant(1), ["limit": "\(fact())"]) }
    #expect(made == 1)
  }
}
