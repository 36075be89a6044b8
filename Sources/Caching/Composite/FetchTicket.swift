import NIOCore
import Synchronization
import Timing

/// The duty to make one answer. Ends exactly once, by `finish` or `abandon`, on any thread; one that is let go without
/// either counts as abandoned, so that nobody waits for ever. Guarded by `ended`; the rest is immutable.
package final class FetchTicket: Sendable {
  package let request: CacheRequest
  /// An entry that is too old to be served but may stand in for a failure; `finish` sees to that.
  package let stale: CacheEntry?
  /// Why the request goes forward.
  package let reason: CacheStatus.Forward
  let flight: Flight?
  /// The token of the lease in Redis; `nil` without one.
  let token: String?
  let began: Stamp
  let position: PurgeLog.Position
  private let cache: CompositeCache
  private let loopIndex: Int
  private let ended = Atomic<Bool>(false)

  init(
    request: CacheRequest, cache: CompositeCache, loopIndex: Int, flight: Flight?, token: String? = nil,
    began: Stamp = .unknown, stale: CacheEntry? = nil, reason: CacheStatus.Forward = .miss
  ) {
    self.request = request
    self.cache = cache
    self.loopIndex = loopIndex
    self.flight = flight
    self.token = token
    self.began = began
    self.stale = stale
    self.reason = reason
    position = cache.log.position
  }

  deinit { abandon() }

  /// Whether others' answers hang on this fetch, so that it should go on although its own client has left.
  package var hasFollowers: Bool {
    flight.map { cache.flights.hasFollowers($0) } ?? false
  }

  /// Takes the answer, stores it if the rules let it, gives it to those who wait, and says what to answer with: the
  /// answer itself or, for a failure (500 and above) while there is an entry that may stand in, that entry. The entry
  /// has no `Set-Cookie`: that is for the client whose request this is, and added by the caller.
  /// - Parameter lifetime: instead of the rules', such as limited by a backend's `Cache-Control`; zero `ttl`: not
  ///   stored.
  package func finish(_ draft: CacheDraft, lifetime: CacheLifetime? = nil) -> CacheHit {
    let now = cache.clock()
    let isFirst = !ended.exchange(true, ordering: .acquiringAndReleasing)
    if draft.status >= 500, let stale, let hit = CacheHit(standingIn: stale, at: now, for: entry(of: draft, nil, now)) {
      cache.counters.add(.staleIfError)
      if isFirst { end(hit, stored: nil) }
      return hit
    }
    let allowed = request.rules.lifetime(of: draft).map { lifetime ?? $0 }
    let kept = allowed.flatMap {
      $0.ttl > .zero || $0.staleWhileRevalidate > .zero || $0.staleIfError > .zero ? $0 : nil
    }
    let mayBeKept = isFirst && kept != nil && draft.tags.count <= CompositeCache.mostTags
    let entry = entry(of: draft, mayBeKept ? kept : nil, now)
    // Memory first, so that those who come after the flight has ended find it there.
    let isInMemory = mayBeKept && cache.keep(entry, for: request.key, since: position)
    let isStored = isInMemory || mayBeKept && cache.redis?.takes(entry) ?? false
    let hit = CacheHit(
      entry, .forwarded(reason, stored: isStored, collapsed: false), age: 0, isStored: mayBeKept)
    if isFirst { end(hit, stored: mayBeKept ? entry : nil) }
    return hit
  }

  /// Gives the duty back: there will be no answer, and those who wait begin anew.
  package func abandon() {
    guard !ended.exchange(true, ordering: .acquiringAndReleasing) else { return }
    if let flight {
      for waiter in cache.flights.end(flight, isKept: false) { waiter.settle(.again) }
    }
    releaseLease()
  }

  /// - Parameter lifetime: `nil`: it is not stored, and says so.
  private func entry(of draft: CacheDraft, _ lifetime: CacheLifetime?, _ now: WallTime) -> CacheEntry {
    CacheEntry(
      times: (lifetime ?? CacheLifetime(ttl: .zero)).times(from: now, chance: .random(in: 0...1)), status: draft.status,
      headers: StorableHeaders.filter(draft.headers), body: draft.body, tags: draft.tags, route: request.route,
      isPartial: draft.isPartial, isPrivate: draft.isPrivate, isStored: lifetime != nil, began: began)
  }

  private func end(_ hit: CacheHit, stored entry: CacheEntry?) {
    if let flight { cache.end(flight, with: hit.collapsed(), isKept: entry != nil, since: position) }
    // Without Redis' own time a purge could not void it there.
    if let entry, began != .unknown {
      let (key, token, now) = (request.key, token, entry.times.created)
      cache.onLoop(loopIndex) { $0?.store(entry, for: key, token: token, at: now) }
    } else {
      if entry != nil, cache.redis != nil { cache.counters.add(.storeFailures) }
      releaseLease()
    }
  }

  private func releaseLease() {
    guard let token else { return }
    let key = request.key
    cache.onLoop(loopIndex) { $0?.release(key, token: token) }
  }
}
