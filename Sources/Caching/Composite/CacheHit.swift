import Messages
import Timing

/// An entry to be answered with, and what the answer's head says of it.
package struct CacheHit: Sendable {
  package let entry: CacheEntry
  /// The value of `Cache-Status`.
  package let status: CacheStatus
  /// The value of `Age`, in seconds.
  package let age: Int
  /// It is stale: ask `CacheLoop.refresh` to have it fetched anew. Every hit says so until then; the cache sees that
  /// only one fetch comes of it.
  package let needsRefresh: Bool
  /// Clients may keep it; else its `Cache-Control` is `no-store`.
  package let isStored: Bool
  /// The level that had the entry; of no meaning where it is new.
  package internal(set) var level = CacheLevel.memory
  /// What a stand-in stands in for.
  package private(set) var failure: CacheEntry?

  init(_ entry: CacheEntry, _ status: CacheStatus, age: Int, needsRefresh: Bool = false, isStored: Bool = true) {
    self.entry = entry
    self.status = status
    self.age = age
    self.needsRefresh = needsRefresh
    self.isStored = isStored
  }

  /// Makes what an entry that was found is served as; `nil` where it may not be served without a fetch.
  init?(found entry: CacheEntry, at now: WallTime) {
    let freshness = Freshness(entry.times, at: now)
    switch freshness.state {
    case .fresh:
      self.init(entry, .hit(ttl: freshness.ttl), age: freshness.age)
    case .staleWhileRevalidate:
      self.init(entry, .staleWhileRevalidate(ttl: freshness.ttl), age: freshness.age, needsRefresh: true)
    case .staleIfError, .expired:
      return nil
    }
  }

  /// Makes what an entry is served as in place of a failure; `nil` where it is too old for that.
  init?(standingIn entry: CacheEntry, at now: WallTime, for failure: @autoclosure () -> CacheEntry) {
    guard Freshness.standsIn(entry.times, at: now) else { return nil }
    let freshness = Freshness(entry.times, at: now)
    self.init(entry, .staleIfError(ttl: freshness.ttl), age: freshness.age)
    self.failure = failure()
  }

  /// Returns the same for those who waited for it.
  func collapsed() -> CacheHit {
    guard case .forwarded(let reason, let stored, _) = status else { return self }
    return CacheHit(entry, .forwarded(reason, stored: stored, collapsed: true), age: age, isStored: isStored)
  }

  /// It stands in for a failure.
  package var isStandIn: Bool {
    if case .staleIfError = status { true } else { false }
  }

  /// It was fetched for this request, or for another that this one waited for.
  package var isNew: Bool {
    if case .forwarded = status { true } else { false }
  }
}

extension CacheHit: FieldSequence {
  package var estimatedBytes: Int { 128 }

  /// The fields that are this answer's own: `Age` and `Cache-Status`. The others are the entry's `prepared`.
  package func forEachField(
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    ASCIIText.with { text in
      text.write(age)
      body(("Age" as StaticString).asBytes, text.bytes)
      text.clear()
      status.write(to: &text)
      body(("Cache-Status" as StaticString).asBytes, text.bytes)
    }
  }
}

extension StaticString {
  fileprivate var asBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
  }
}
