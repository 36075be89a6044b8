import Messages
import NIOCore
import Timing

/// The way of one flight's leader from a miss in memory to an answer or the duty to make it:
///
///     memory again ─> Redis GET ─> lease ── taken ─────────────────────────────> fetch
///                        │           │ └─ held ─> wait for an event ─> GET ┬─ found ─> hit
///                        └─ found ───┴────────────> hit                    └─ not ─> lease again
///
/// Redis that does not answer ends it at once with a fetch; a wait ends with one at the request's deadline. Confined
/// to its event loop.
final class Resolution {
  /// Added to the time a fetch may take, for the lease: for its way back.
  private static let leaseMargin: Duration = .milliseconds(500)

  private let request: CacheRequest
  private let face: CacheLoop
  private let flight: Flight
  private let waitDeadline: NIODeadline
  private let completion: (CacheFinding) -> Void
  private var stale: CacheEntry?
  /// What was in memory: served already, if this is a refresh; another's newer one replaces it.
  private var began = Stamp.unknown
  private var hasWaited = false
  private var timer: Scheduled<Void>?
  private var wait: UInt64 = 0

  init(
    _ request: CacheRequest, on face: CacheLoop, _ flight: Flight, waitingUntil deadline: NIODeadline,
    _ completion: @escaping (CacheFinding) -> Void
  ) {
    self.request = request
    self.face = face
    self.flight = flight
    waitDeadline = deadline
    self.completion = completion
  }

  private var cache: CompositeCache { face.cache }
  private var level: RedisLevel? { cache.redis?.levels[face.index].value }

  func begin() {
    let now = cache.clock()
    let position = cache.log.position
    if let entry = cache.memory.find(request.key, at: now) {
      // Somebody else's fetch may have ended between this request's look and its flight.
      if serves(entry, at: now, since: position) { return }
      keep(entry)
    }
    look()
  }

  // MARK: Redis

  private func look() {
    guard let level else { return fetch(token: nil) }
    let position = cache.log.position
    let deadline = NIODeadline.now() + cache.commandBudget
    level.find(request.key, until: deadline) { found in
      switch found {
      case .entry(let entry):
        if self.takes(entry, since: position) { return }
        self.lease(level, until: deadline)
      case .nothing: self.lease(level, until: deadline)
      case .unavailable: self.fetch(token: nil)
      }
    }
  }

  private func lease(_ level: RedisLevel, until deadline: NIODeadline) {
    let token = String(UInt64.random(in: .min ... .max), radix: 36)
    let position = cache.log.position
    cache.flights.notice(flight)
    let lasting = request.fetchTimeout + Resolution.leaseMargin
    level.acquire(request.key, route: request.route, token: token, lasting: lasting, until: deadline) { lease in
      guard let lease else { return self.fetch(token: nil) }
      self.began = lease.began
      if let entry = lease.entry, self.takes(entry, since: position) {
        if lease.isTaken { level.release(self.request.key, token: token) }
      } else if lease.isTaken {
        self.fetch(token: token)
      } else {
        self.wait(lease.rest)
      }
    }
  }

  // MARK: Waiting for another gateway

  /// Waits for an event about the key, or the end of the other's lease, or of our patience.
  private func wait(_ rest: TimeAmount) {
    let now = NIODeadline.now()
    guard now < waitDeadline, cache.redis?.feed.isLive == true else {
      if now >= waitDeadline { cache.counters.add(.waitsGivenUp) }
      return fetch(token: nil)
    }
    if !hasWaited { cache.counters.add(.collapsedOverFleet) }
    hasWaited = true
    wait += 1
    let number = wait
    timer = face.loop.assumeIsolated().scheduleTask(deadline: min(waitDeadline, now + rest)) { self.wake(number) }
    let bound = NIOLoopBound(self, eventLoop: face.loop)
    let loop = face.loop
    cache.flights.listen(flight) {
      loop.execute { bound.value.wake(number) }
    }
  }

  private func wake(_ number: UInt64) {
    guard number == wait, timer != nil else { return }
    timer?.cancel()
    timer = nil
    if NIODeadline.now() >= waitDeadline {
      cache.counters.add(.waitsGivenUp)
      return fetch(token: nil)
    }
    look()
  }

  // MARK: Ends

  /// An entry from Redis: goes to memory, and is the answer if it may be.
  private func takes(_ entry: CacheEntry, since position: PurgeLog.Position) -> Bool {
    let now = cache.clock()
    guard now < entry.times.usableUntil else { return false }
    cache.keep(entry, for: request.key, since: position)
    if serves(entry, at: now, since: position, from: .redis) { return true }
    keep(entry)
    return false
  }

  /// Tells whether an entry serves; a refresh is content only with what is fresh.
  private func serves(
    _ entry: CacheEntry, at now: WallTime, since position: PurgeLog.Position, from level: CacheLevel = .memory
  ) -> Bool {
    guard var hit = CacheHit(found: entry, at: now), !(flight.isRefresh && hit.needsRefresh) else { return false }
    hit.level = level
    let told =
      hasWaited
      ? CacheHit(entry, .forwarded(.miss, stored: false, collapsed: true), age: hit.age, needsRefresh: hit.needsRefresh)
      : hit
    cache.end(flight, with: told, isKept: true, since: position)
    completion(.hit(told))
    return true
  }

  private func keep(_ entry: CacheEntry) {
    if stale?.isOlder(than: entry) ?? true { stale = entry }
  }

  private func fetch(token: String?) {
    completion(
      .fetch(
        FetchTicket(
          request: request, cache: cache, loopIndex: face.index, flight: flight, token: token, began: began,
          stale: stale, reason: stale == nil ? .miss : .stale)))
  }
}
