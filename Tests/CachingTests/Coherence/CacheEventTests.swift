import Testing

@testable import Caching

struct CacheEventTests {
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
}
