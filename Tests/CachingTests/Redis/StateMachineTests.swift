import Messages
import Testing
import Timing

@testable import Caching

struct StateMachineTests {
  private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  /// Whether the last of several results opened it.
  private func times(_ count: Int, _ breaker: inout RedisBreaker, timedOut: Bool) -> Bool {
    var opened = false
    for _ in 0..<count { opened = breaker.record(timedOut: timedOut, at: at(0)) }
    return opened
  }

  @Test func backoffDoublesToItsBound() {
    var backoff = Backoff()
    var waits: [Duration] = []
    for _ in 0..<10 { waits.append(backoff.next(chance: 1)) }
    #expect(waits[0] == .milliseconds(50) && waits[1] == .milliseconds(100) && waits[2] == .milliseconds(200))
    #expect(waits[9] == .seconds(5))
    backoff.reset()
    #expect(backoff.next(chance: 0) == .milliseconds(25))
  }

  @Test func refreshesThatFailPauseForLongerEachTime() {
    var pauses = RefreshPauses()
    let key = Sample.key(1)
    #expect(!pauses.isPaused(key, at: at(0)))
    pauses.failed(key, at: at(0), chance: 1)
    #expect(pauses.isPaused(key, at: at(249)) && !pauses.isPaused(key, at: at(250)))
    #expect(!pauses.isPaused(Sample.key(2), at: at(0)))
    pauses.failed(key, at: at(1000), chance: 0)
    #expect(pauses.isPaused(key, at: at(1249)) && !pauses.isPaused(key, at: at(1250)))
    for _ in 0..<10 { pauses.failed(key, at: at(2000), chance: 1) }
    #expect(pauses.isPaused(key, at: at(11_999)) && !pauses.isPaused(key, at: at(12_000)))
    pauses.succeeded(key)
    pauses.failed(key, at: at(3000), chance: 1)
    #expect(!pauses.isPaused(key, at: at(3250)))
  }

  @Test func pausesAreBounded() {
    var pauses = RefreshPauses()
    for number in 0...RefreshPauses.mostKeys { pauses.failed(Sample.key(number), at: at(0), chance: 1) }
    #expect(
      pauses.isPaused(Sample.key(0), at: at(0)) && !pauses.isPaused(Sample.key(RefreshPauses.mostKeys), at: at(0)))
    // All others are long over.
    let later = 250 + RefreshPauses.longest.components.seconds * 1000
    pauses.failed(Sample.key(-1), at: at(later), chance: 1)
    #expect(pauses.isPaused(Sample.key(-1), at: at(later)))
  }

  @Test func aConnectionThatDoesNotLastIsAFailure() {
    var backoff = Backoff()
    for _ in 0..<3 { _ = backoff.next(chance: 1) }
    backoff.connectionLasted(.milliseconds(100))
    #expect(backoff.next(chance: 1) == .milliseconds(400))
    backoff.connectionLasted(.seconds(5))
    #expect(backoff.next(chance: 1) == .milliseconds(50))
  }

  @Test func opensAfterFiveTimeoutsInARow() {
    var breaker = RedisBreaker()
    let opened1 = times(4, &breaker, timedOut: true)
    #expect(!opened1)
    let opened2 = times(1, &breaker, timedOut: true)
    #expect(opened2)
    #expect(breaker.state == .open(until: at(250)))
    let opened3 = times(1, &breaker, timedOut: true)
    #expect(!opened3)
  }

  @Test func aFewTimeoutsAmongManyAnswersAreNothing() {
    var breaker = RedisBreaker()
    for number in 0..<200 {
      let opened = breaker.record(timedOut: number % 3 == 0, at: at(0))
      #expect(!opened)
    }
  }

  @Test func opensAtHalf() {
    var breaker = RedisBreaker()
    let opened4 = times(100, &breaker, timedOut: false)
    #expect(!opened4)
    var opened = 0
    for number in 0..<40 where opened == 0 {
      if breaker.record(timedOut: number % 2 == 0, at: at(0)) { opened = number }
    }
    #expect(opened == 14)
  }

  @Test func oneProbeAtATimeAndLongerPauses() {
    var breaker = RedisBreaker()
    let isOpen = times(5, &breaker, timedOut: true)
    let probes = [249, 250, 251].map { breaker.beginProbe(at: at($0)) }
    #expect(isOpen && probes == [false, true, false])
    breaker.endProbe(answered: false, at: at(300))
    #expect(breaker.state == .open(until: at(800)))
    let second = breaker.beginProbe(at: at(800))
    let isBack = breaker.endProbe(answered: true, at: at(801))
    #expect(second && isBack)
    #expect(breaker.isClosed)
    // The old results are forgotten.
    let opened5 = times(4, &breaker, timedOut: true)
    #expect(!opened5)
  }

  @Test func whoAnswersProbesOnlyIsLeftAloneForLonger() {
    var breaker = RedisBreaker()
    for pause: Int64 in [250, 500, 1000] {
      _ = times(5, &breaker, timedOut: true)
      #expect(breaker.state == .open(until: at(pause)))
      let isProbed = breaker.beginProbe(at: at(pause))
      let isBack = breaker.endProbe(answered: true, at: at(pause))
      #expect(isProbed && isBack)
    }
    _ = times(RedisBreaker.window, &breaker, timedOut: false)
    _ = times(16, &breaker, timedOut: true)
    #expect(breaker.state == .open(until: at(250)))
  }

  @Test func eventsAreReadAsTheyWereWritten() {
    let key = Sample.key(1)
    let stamp = Stamp(microseconds: 1_700_000_000_000_001)
    let events: [CacheEvent] = [
      .stored(key, stamp), .purged(.all, stamp), .purged(.tag(CacheTag("a")), stamp),
      .purged(.route(CacheTag(route: "a")), stamp), .purged(.key(key), stamp), .released(key),
    ]
    for event in events { #expect(CacheEvent(event.text) == event) }
    for text in ["", "s", "x \(key.hex) 1", "s zz 1", "t \(key.hex) 1", "a 0 x", "s \(key.hex) 1 2"] {
      #expect(CacheEvent(text) == nil)
    }
  }

  private func node(_ host: String, _ port: PeerNumber) -> RedisReply {
    .array([.status(host), .integer(port), .status("id")])
  }

  private func slots(_ first: PeerNumber, _ last: PeerNumber, _ node: RedisReply) -> RedisReply {
    .array([.integer(first), .integer(last), node])
  }

  @Test(arguments: [0, -1, 65_536, 70_000, .init(Int64.max), .init(Int64.min)] as [PeerNumber])
  func noSlotMapHasAPortThatIsNone(_ port: PeerNumber) {
    #expect(SlotMap(.array([slots(0, 1, node("a", port))]), askedOf: "h") == nil)
  }

  @Test func slotMapsAreBounded() {
    let tooMany = (0...SlotMap.mostNodes).map { number in
      slots(PeerNumber(Int64(number)), PeerNumber(Int64(number)), node("h\(number)", 1))
    }
    #expect(SlotMap(.array(Array(tooMany.dropLast())), askedOf: "h") != nil)
    #expect(SlotMap(.array(tooMany), askedOf: "h") == nil)
    #expect(SlotMap(.array([slots(0, 9, node("a", 1)), slots(9, 10, node("b", 1))]), askedOf: "h") == nil)
    #expect(SlotMap(.array([slots(.init(Int64.min), .init(Int64.max), node("a", 1))]), askedOf: "h") == nil)
    var map = SlotMap()
    for port in 1...UInt16.max { map.move(port % HashSlot.count, to: .host("a", port)) }
    #expect(map.endpoints.count == SlotMap.mostNodes)
  }

  @Test func slotMapsAreReadAndMoved() {
    let reply = RedisReply.array([
      .array([.integer(0), .integer(100), node("a", 1), node("r", 9)]),
      .array([.integer(101), .integer(16383), node("", 2)]),
    ])
    var map = SlotMap(reply, askedOf: "asked")
    #expect(map?[0] == .host("a", 1) && map?[100] == .host("a", 1) && map?[101] == .host("asked", 2))
    map?.move(100, to: .host("b", 3))
    #expect(map?[100] == .host("b", 3) && map?[99] == .host("a", 1))
    #expect(SlotMap(.status("x"), askedOf: "h") == nil)
    #expect(SlotMap(.array([.array([.integer(5), .integer(16384), node("a", 1)])]), askedOf: "h") == nil)
    #expect(SlotMap()[5] == nil)
  }
}
