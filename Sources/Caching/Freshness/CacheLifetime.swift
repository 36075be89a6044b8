import Timing

/// The times for which an answer is good, from the moment it is stored.
package struct CacheLifetime: Hashable, Sendable {
  package var ttl: Duration
  package var staleWhileRevalidate: Duration
  package var staleIfError: Duration
  /// 0 to 1: by up to which part of `ttl` an entry goes stale earlier, so that what was filled together does not
  /// expire together.
  package var jitter: Double

  package init(
    ttl: Duration, staleWhileRevalidate: Duration = .zero, staleIfError: Duration = .zero, jitter: Double = 0
  ) {
    self.ttl = ttl
    self.staleWhileRevalidate = staleWhileRevalidate
    self.staleIfError = staleIfError
    self.jitter = jitter
  }

  /// - Parameter chance: 0 to 1, drawn by the caller.
  package func times(from created: WallTime, chance: Double) -> CacheTimes {
    let cut = min(max(jitter, 0), 1) * min(max(chance, 0), 1)
    let freshUntil = created.advanced(by: cut == 0 ? ttl : ttl * (1 - cut))
    return CacheTimes(
      created: created, freshUntil: freshUntil,
      staleWhileRevalidateUntil: freshUntil.advanced(by: staleWhileRevalidate),
      staleIfErrorUntil: freshUntil.advanced(by: staleIfError))
  }

  /// Fresh no longer than for `bound`, such as what a backend or a part of the answer allows.
  package func limited(to bound: Duration) -> CacheLifetime {
    var limited = self
    limited.ttl = min(ttl, max(bound, .zero))
    return limited
  }
}
