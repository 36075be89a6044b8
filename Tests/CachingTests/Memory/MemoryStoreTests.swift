import TestInputs
import Testing

@testable import Caching

struct MemoryStoreTests {
  private let log = PurgeLog()

  private func store(_ capacity: Int = 1024 * 1024) -> MemoryStore { MemoryStore(capacity: capacity, log: log) }

  private func body(_ count: Int) -> String { String(repeating: "x", count: count) }

  @Test func findsWhatItWasGiven() {
    let store = store()
    let entry = Sample.entry("one")
    #expect(store.find(Sample.key(1), at: Sample.epoch) == nil)
    store.insert(entry, for: Sample.key(1), since: log.position)
    #expect(store.find(Sample.key(1), at: Sample.epoch) === entry)
    #expect(store.find(Sample.key(2), at: Sample.epoch) == nil)
    #expect(store.statistics.hits == 1 && store.statistics.misses == 2 && store.statistics.entries == 1)
  }

  @Test func forgetsWhatIsGoodForNothing() {
    let store = store()
    let lifetime = CacheLifetime(ttl: .seconds(1), staleIfError: .seconds(10))
    store.insert(Sample.entry(lifetime: lifetime), for: Sample.key(1), since: log.position)
    #expect(store.find(Sample.key(1), at: Sample.epoch + .seconds(10)) != nil)
    #expect(store.find(Sample.key(1), at: Sample.epoch + .seconds(11)) == nil)
    #expect(store.statistics.entries == 0 && store.statistics.bytes == 0 && store.statistics.expirations == 1)
  }

  @Test func staysInItsBound() {
    let store = store(256 * 1024)
    var dice = Dice(seed: 1)
    for number in 0..<2000 {
      let size = Int.random(in: 0...8000, using: &dice)
      store.insert(Sample.entry(body(size)), for: Sample.key(number), since: log.position)
      #expect(store.statistics.bytes <= 256 * 1024)
    }
    #expect(store.statistics.entries > 10 && store.statistics.evictions > 1000)
  }

  /// What an entry is compressed to counts, too, and others make room for it.
  @Test func anEntryThatGrowsCounts() {
    let store = store(256 * 1024)
    let (entry, form) = (Sample.entry(body(1000)), Sample.entry(body(1)))
    for number in 1..<10 { store.insert(Sample.entry(body(20_000)), for: Sample.key(number), since: log.position) }
    store.insert(entry, for: Sample.key(0), since: log.position)
    for _ in 0..<3 { _ = store.find(Sample.key(0), at: Sample.epoch) }
    let (bytes, entries) = (store.statistics.bytes, store.statistics.entries)
    entry.prepared.keep(form, .gzip, bytes: 1000)
    store.recount(entry, for: Sample.key(0))
    #expect(store.statistics.bytes == bytes + 1000 && store.statistics.entries == entries)
    // The first counts.
    entry.prepared.keep(form, .gzip, bytes: 5000)
    store.recount(entry, for: Sample.key(0))
    #expect(store.statistics.bytes == bytes + 1000)
    entry.prepared.keep(form, .br, bytes: 100_000)
    store.recount(entry, for: Sample.key(0))
    #expect(store.statistics.bytes <= 256 * 1024 && store.statistics.entries < entries)
    // One that is not there any more.
    store.recount(Sample.entry(body(1)), for: Sample.key(0))
    #expect(store.find(Sample.key(0), at: Sample.epoch) === entry)
  }

  @Test func refusesWhatIsTooLarge() {
    let store = store(64 * 1024)
    #expect(!store.insert(Sample.entry(body(40_000)), for: Sample.key(1), since: log.position))
    #expect(store.statistics.entries == 0 && store.statistics.refusals == 1)
  }

  /// What S3-FIFO is for: entries that are in use survive a walk over many that are asked for once.
  @Test func aScanDoesNotPushOutWhatIsInUse() {
    let store = store(256 * 1024)
    for number in 0..<20 { store.insert(Sample.entry(body(2000)), for: Sample.key(number), since: log.position) }
    for _ in 0..<3 { for number in 0..<20 { _ = store.find(Sample.key(number), at: Sample.epoch) } }
    for number in 1000..<3000 { store.insert(Sample.entry(body(2000)), for: Sample.key(number), since: log.position) }
    let kept = (0..<20).filter { store.find(Sample.key($0), at: Sample.epoch) != nil }
    #expect(kept.count == 20)
  }

  @Test func aKeyThatComesBackFromTheGhostGoesToTheMainQueue() {
    let store = store(128 * 1024)
    store.insert(Sample.entry(body(1000)), for: Sample.key(0), since: log.position)
    // Never visited: the first to go.
    var number = 1
    while store.statistics.evictions == 0 {
      store.insert(Sample.entry(body(20_000)), for: Sample.key(number), since: log.position)
      number += 1
    }
    #expect(store.find(Sample.key(0), at: Sample.epoch) == nil)
    store.insert(Sample.entry(body(1000)), for: Sample.key(0), since: log.position)
    for extra in 5000..<5010 { store.insert(Sample.entry(body(9000)), for: Sample.key(extra), since: log.position) }
    #expect(store.find(Sample.key(0), at: Sample.epoch) != nil)
  }

  @Test func anOlderEntryDoesNotReplaceANewerOne() {
    let store = store()
    let old = Sample.entry("old", began: Stamp(microseconds: 1))
    let new = Sample.entry("new", began: Stamp(microseconds: 2))
    store.insert(new, for: Sample.key(1), since: log.position)
    #expect(!store.insert(old, for: Sample.key(1), since: log.position))
    #expect(store.find(Sample.key(1), at: Sample.epoch) === new)
    store.removeOlder(than: Stamp(microseconds: 2), Sample.key(1))
    #expect(store.find(Sample.key(1), at: Sample.epoch) === new)
    store.removeOlder(than: Stamp(microseconds: 3), Sample.key(1))
    #expect(store.find(Sample.key(1), at: Sample.epoch) == nil)
  }

  @Test func purgesByTagRouteKeyAndAll() {
    let store = store(64 * 1024 * 1024)
    for number in 0..<100 {
      let entry = Sample.entry(
        tags: [CacheTag("even:\(number % 2 == 0)"), CacheTag("all")], route: CacheTag(route: "r\(number % 4)"))
      store.insert(entry, for: Sample.key(number), since: log.position)
    }
    func left() -> [Int] { (0..<100).filter { store.find(Sample.key($0), at: Sample.epoch) != nil } }
    #expect(store.purge(.tag(CacheTag("nobody"))) == 0)
    #expect(store.purge(.tag(CacheTag("even:true"))) == 50)
    #expect(left() == (0..<100).filter { $0 % 2 == 1 })
    #expect(store.purge(.route(CacheTag(route: "r1"))) == 25)
    #expect(store.purge(.key(Sample.key(3))) == 1)
    #expect(left() == (0..<100).filter { $0 % 4 == 3 && $0 != 3 })
    #expect(store.purge(.all) == 24)
    #expect(left().isEmpty && store.statistics.bytes == 0)
  }

  @Test func replacingAnEntryMovesItsTags() {
    let store = store()
    store.insert(Sample.entry(tags: [CacheTag("a")]), for: Sample.key(1), since: log.position)
    store.insert(Sample.entry(body(3000), tags: [CacheTag("b")]), for: Sample.key(1), since: log.position)
    #expect(store.purge(.tag(CacheTag("a"))) == 0)
    #expect(store.purge(.tag(CacheTag("b"))) == 1)
    #expect(store.statistics.bytes == 0)
  }

  @Test func aFetchFromBeforeAPurgeStoresNothing() {
    let store = store()
    let position = log.position
    store.purge(.tag(CacheTag("user:1")))
    let entry = Sample.entry(tags: [CacheTag("user:1")])
    #expect(!store.insert(entry, for: Sample.key(1), since: position))
    #expect(store.insert(Sample.entry(tags: [CacheTag("user:2")]), for: Sample.key(2), since: position))
    #expect(store.insert(entry, for: Sample.key(1), since: log.position))
  }

  @Test func aFetchThatTheLogHasForgottenStoresNothing() {
    let store = store()
    let position = log.position
    for number in 0...PurgeLog.capacity { log.append(.tag(CacheTag("t\(number)"))) }
    #expect(!store.insert(Sample.entry(), for: Sample.key(1), since: position))
    #expect(store.insert(Sample.entry(), for: Sample.key(1), since: position + 1))
    #expect(store.insert(Sample.entry(), for: Sample.key(1), since: log.position))
  }

  @Test func droppingVoidsWhatIsBeingFetched() {
    let store = store()
    store.insert(Sample.entry(), for: Sample.key(1), since: log.position)
    let position = log.position
    store.drop()
    #expect(store.find(Sample.key(1), at: Sample.epoch) == nil)
    #expect(!store.insert(Sample.entry(), for: Sample.key(2), since: position))
    #expect(store.insert(Sample.entry(), for: Sample.key(2), since: log.position))
  }

  /// Every queue, index and sum has to agree after any history.
  @Test func survivesAnyHistory() {
    let store = store(100 * 1024)
    var dice = Dice(seed: 9)
    for _ in 0..<30_000 {
      let key = Sample.key(Int.random(in: 0..<300, using: &dice))
      switch Int.random(in: 0..<20, using: &dice) {
      case 0: store.purge(.tag(CacheTag("t\(Int.random(in: 0..<5, using: &dice))")))
      case 1: store.purge(.key(key))
      case 2...8:
        let tags = [CacheTag("t\(Int.random(in: 0..<5, using: &dice))"), CacheTag("u")]
        let entry = Sample.entry(body(Int.random(in: 0...5000, using: &dice)), tags: tags)
        store.insert(entry, for: key, since: log.position)
      default: _ = store.find(key, at: Sample.epoch)
      }
    }
    #expect(store.statistics.bytes <= 100 * 1024)
    let entries = store.statistics.entries
    #expect(entries > 0)
    #expect(store.purge(.tag(CacheTag("u"))) == entries)
    #expect(store.statistics.bytes == 0 && store.statistics.entries == 0)
  }
}
