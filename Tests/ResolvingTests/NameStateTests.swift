import Testing
import Timing

@testable import Resolving

@Suite struct NameStateTests {
  /// *Confined to its test.* `#expect` takes no mutating calls.
  private final class Name {
    var state = NameState()

    func ask(at now: Instant) -> Bool { state.ask(at: now) }
    func known(at now: Instant) -> KnownName { state.known(at: now) }
    func heard(_ result: Result<[String], LookupFailure>, at now: Instant) { state.heard(result, at: now) }
    func doubt(at now: Instant) { state.doubt(at: now) }
  }

  private let start = Instant(nanoseconds: 1_000_000_000_000)
  private let refused = LookupFailure("no such name")

  private func after(_ duration: Duration) -> Instant { start.advanced(by: duration) }

  /// Answered at the start.
  private func answered(_ addresses: String...) -> Name {
    let name = Name()
    _ = name.ask(at: start)
    name.heard(.success(addresses), at: start)
    return name
  }

  @Test func whatWasNeverAskedIsWaitedForAndAskedOnce() {
    let name = Name()
    #expect(name.ask(at: start))
    #expect(!name.ask(at: after(.seconds(1000))))
    #expect(name.known(at: after(.seconds(1000))) == .asking(until: nil))
    name.heard(.success(["10.0.0.1"]), at: after(.seconds(1000)))
    #expect(name.known(at: after(.seconds(1000))) == .addresses(["10.0.0.1"], generation: 1))
  }

  @Test func anAnswerServesWhileItIsAskedAgain() {
    let name = answered("10.0.0.1")
    #expect(!name.ask(at: after(.milliseconds(29_999))))
    #expect(name.ask(at: after(.seconds(30))))
    #expect(name.known(at: after(.seconds(30))) == .addresses(["10.0.0.1"], generation: 1))
    name.heard(.success(["10.0.0.2"]), at: after(.seconds(31)))
    #expect(name.known(at: after(.seconds(31))) == .addresses(["10.0.0.2"], generation: 2))
    #expect(!name.ask(at: after(.seconds(60))))
  }

  @Test func theSameAnswerIsTheSameGeneration() {
    let name = answered("10.0.0.1", "10.0.0.2")
    #expect(name.ask(at: after(.seconds(30))))
    name.heard(.success(["10.0.0.1", "10.0.0.2"]), at: after(.seconds(30)))
    #expect(name.state.generation == 1)
  }

  @Test func aFailureIsKeptForASecond() {
    let name = Name()
    _ = name.ask(at: start)
    name.heard(.failure(refused), at: start)
    #expect(!name.ask(at: after(.milliseconds(999))))
    #expect(name.known(at: after(.milliseconds(999))) == .failure(refused))
    #expect(name.ask(at: after(.seconds(1))))
    #expect(name.known(at: after(.seconds(1))) == .asking(until: nil))
  }

  @Test func theLastGoodAnswerServesWhileLookupsFail() {
    let name = answered("10.0.0.1")
    var now = after(.seconds(30))
    for _ in 0..<1000 {
      #expect(name.ask(at: now))
      #expect(name.known(at: now) == .addresses(["10.0.0.1"], generation: 1))
      name.heard(.failure(refused), at: now)
      #expect(name.known(at: now) == .addresses(["10.0.0.1"], generation: 1))
      #expect(!name.ask(at: now.advanced(by: .milliseconds(999))))
      now = now.advanced(by: .seconds(1))
    }
  }

  @Test func anAnswerThatNobodyAskedAgainIsWaitedForWithPatience() {
    let name = answered("10.0.0.1")
    let later = after(.seconds(3600))
    #expect(name.ask(at: later))
    let patience = later.advanced(by: NameState.patience)
    #expect(name.known(at: later) == .asking(until: patience))
    #expect(name.known(at: patience) == .addresses(["10.0.0.1"], generation: 1))
    name.heard(.success(["10.0.0.9"]), at: later.advanced(by: .seconds(1)))
    #expect(name.known(at: later.advanced(by: .seconds(1))) == .addresses(["10.0.0.9"], generation: 2))
  }

  @Test func aFailedConnectionAsksAtOnceButNotAgainAndAgain() {
    let name = answered("10.0.0.1")
    let soon = after(.milliseconds(1))
    name.doubt(at: soon)
    #expect(name.ask(at: soon))
    name.doubt(at: soon)
    name.heard(.success(["10.0.0.1"]), at: soon)
    var lookups = 0
    for milliseconds in 2..<10_000 {
      let now = after(.milliseconds(milliseconds))
      name.doubt(at: now)
      guard name.ask(at: now) else { continue }
      lookups += 1
      name.heard(.success(["10.0.0.1"]), at: now)
    }
    #expect(lookups == 9)
  }
}
