/// The rules of a route or call about its caching.
package struct CacheRules: Hashable, Sendable {
  /// The lifetime of complete, successful answers.
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

  /// Tells whether answers of this status may be kept at all: whole ones, which say nothing of what the client has
  /// already.
  static func mayKeep(status: Int) -> Bool {
    (200...599).contains(status) && status != 206 && status != 304
  }

  /// Returns for how long this answer may be kept; `nil`: not at all. What is partial or an error never serves stale.
  package func lifetime(of draft: CacheDraft) -> CacheLifetime? {
    let lifetime: CacheLifetime? =
      if draft.status >= 400 {
        errorTtl.map { CacheLifetime(ttl: $0, jitter: self.lifetime.jitter) }
      } else if draft.isPartial {
        partialTtl.map { CacheLifetime(ttl: $0, jitter: self.lifetime.jitter) }
      } else {
        self.lifetime
      }
    guard CacheRules.mayKeep(status: draft.status), let lifetime,
      lifetime.ttl > .zero || lifetime.staleIfError > .zero || lifetime.staleWhileRevalidate > .zero
    else { return nil }
    return lifetime
  }
}
