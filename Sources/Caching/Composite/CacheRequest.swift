/// One request's question to the cache.
package struct CacheRequest: Sendable {
  package var key: CacheKey
  /// The tag by which its entry is purged with its route.
  package var route: CacheTag
  package var rules: CacheRules
  /// Within this time its fetch is over, one way or the other; the lease in Redis lasts a little longer.
  package var fetchTimeout: Duration
  /// How long it may wait for somebody else's fetch before it makes its own.
  package var waitTimeout: Duration
  /// The time for which it may wait for another gateway's fetch, at most `waitTimeout`. That one may have died.
  package var fleetTimeout: Duration
  /// The client may not be given an entry (`no-cache` under `clientControl`): fetch in any case, and store it.
  package var isReload: Bool

  package init(
    key: CacheKey, route: CacheTag, rules: CacheRules, fetchTimeout: Duration, waitTimeout: Duration? = nil,
    isReload: Bool = false
  ) {
    self.key = key
    self.route = route
    self.rules = rules
    self.fetchTimeout = fetchTimeout
    self.waitTimeout = waitTimeout ?? fetchTimeout
    fleetTimeout = self.waitTimeout
    self.isReload = isReload
  }
}

/// The cache's word to one request.
package enum CacheFinding: Sendable {
  case hit(CacheHit)
  /// The request makes the answer, and hands it to the ticket.
  case fetch(FetchTicket)
}
