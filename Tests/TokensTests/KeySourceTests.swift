import TestTokens
import Testing
import Timing

@testable import Tokens

/// *Confined to its test.* A source, of which expectations may ask what changes it.
private final class Source {
  private var source = KeySource()
  var keys: KeySet? { source.keys }
  var wakeUp: Instant? { source.wakeUp }

  func take(_ event: KeySource.Event, at now: Instant) -> Bool { source.take(event, at: now) }
  func ask(at now: Instant) -> KeySource.Answer { source.ask(at: now) }
}

struct KeySourceTests {
  private var source = Source()
  private let keys: KeySet

  init() throws {
    keys = try keySet(Keys.p256)
  }

  private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

  /// Begins at 0 and has keys at 1.
  private func begin(lifetime: Duration?) {
    #expect(source.take(.clock, at: at(0)))
    #expect(!source.take(.fetched(keys, lifetime: lifetime), at: at(1)))
  }

  @Test func itFetchesAtOnceAndHasNoKeysUntilThen() {
    #expect(source.keys == nil)
    #expect(source.ask(at: at(0)) == .unavailable)
    #expect(source.take(.clock, at: at(0)))
    #expect(source.wakeUp == nil)
    #expect(source.ask(at: at(0)) == .unavailable)
    #expect(!source.take(.clock, at: at(0.5)))
    #expect(!source.take(.fetched(keys, lifetime: .seconds(600)), at: at(1)))
    #expect(source.keys != nil)
    #expect(source.wakeUp == at(601))
    #expect(!source.take(.clock, at: at(600)))
    #expect(source.take(.clock, at: at(601)))
  }

  @Test mutating func lifetimesHaveBounds() {
    for (lifetime, seconds) in [
      (nil, 300), (.zero, 300), (.seconds(299), 300), (.seconds(3600), 3600), (.seconds(1_000_000), 86_400),
    ] as [(Duration?, Double)] {
      source = Source()
      begin(lifetime: lifetime)
      #expect(source.wakeUp == at(1 + seconds))
    }
  }

  @Test func failedFetchesAreTriedAgainWithPausesThatGrow() {
    #expect(source.take(.clock, at: at(0)))
    var now = 0.0
    var pauses: [Double] = []
    for _ in 0..<9 {
      #expect(!source.take(.failed(chance: 1), at: at(now)))
      let wakeUp = source.wakeUp ?? at(0)
      pauses.append(Double(wakeUp.nanoseconds) / 1e9 - now)
      now = Double(wakeUp.nanoseconds) / 1e9
      #expect(source.take(.clock, at: wakeUp))
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
    #expect(source.keys == nil)
  }

  @Test func oldKeysServeADayWhileTheProviderIsDown() {
    begin(lifetime: nil)
    #expect(source.take(.clock, at: at(301)))
    #expect(!source.take(.failed(chance: 1), at: at(302)))
    #expect(source.keys != nil)
    let end = 301.0 + 86_400
    #expect(source.take(.clock, at: at(end - 1)))
    #expect(source.wakeUp == at(end))
    #expect(source.keys != nil)
    #expect(!source.take(.clock, at: at(end)))
    #expect(source.keys == nil)
    #expect(source.ask(at: at(end)) == .unavailable)
    #expect(!source.take(.fetched(keys, lifetime: nil), at: at(end + 1)))
    #expect(source.keys != nil)
  }

  @Test func anUnknownKidIsAskedForOnceInThirtySeconds() {
    begin(lifetime: .seconds(3600))
    // The first fetch does not count.
    #expect(source.ask(at: at(2)) == .fetch)
    #expect(source.ask(at: at(2)) == .wait)
    #expect(!source.take(.fetched(keys, lifetime: .seconds(3600)), at: at(3)))
    #expect(source.ask(at: at(4)) == .refuse)
    #expect(source.ask(at: at(31.9)) == .refuse)
    #expect(source.ask(at: at(32)) == .fetch)
  }

  @Test func ofAProviderThatIsDownNothingCanBeSaid() {
    begin(lifetime: .seconds(3600))
    #expect(source.ask(at: at(2)) == .fetch)
    #expect(!source.take(.failed(chance: 1), at: at(3)))
    #expect(source.ask(at: at(3.5)) == .unavailable)
    #expect(source.take(.clock, at: at(4)))
    #expect(source.ask(at: at(4)) == .wait)
    #expect(!source.take(.fetched(keys, lifetime: nil), at: at(5)))
    #expect(source.ask(at: at(6)) == .refuse)
  }
}
