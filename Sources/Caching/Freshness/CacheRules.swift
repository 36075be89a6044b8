/// What a route or call says about its caching.
package struct CacheRules: Hashable, Sendable {
  /// Of complete, successful answers.
  package var lifetime: CacheLifetime
  /// `nil`: partial answers are not stored.
  package var partialTtl: Duration?
  /// `nil`: error answers (400 and above) are not stored.
  package var errorTtl: Duration?

  package init(_ lifetime: CacheLifetime, partialTtl: Duration? = nil, errorTtl: Duration? = nil) {
    self.lifetime = lifetime
    self.partialTtl = partialTtl
    self.errorTtl = errorTtl
  }

  /// For how long this answer may be kept; `nil`: not at all. What is partial or an error never serves stale.
  package func lifetime(of draft: CacheDraft) -> CacheLifetime? {
    let lifetime: CacheLifetime? =
      if draft.status >= 400 {
        errorTtl.map { CacheLifetime(ttl: $0, jitter: self.lifetime.jitter) }
      } else if draft.isPartial {
        partialTtl.map { CacheLifetime(ttl: $0, jitter: self.lifetime.jitter) }
      } else if (200...399).contains(draft.status), draft.status != 206, draft.status != 304 {
        self.lifetime
      } else {
        nil
      }
    guard let lifetime, lifetime.ttl > .zero || lifetime.staleIfError > .zero || lifetime.staleWhileRevalidate > .zero
    else { return nil }
    return lifetime
  }
}
