/// The way in which a route's finished answers, or the values of one call, are kept.
package struct CachePlan: Sendable {
  /// A year: nothing is kept for longer.
  package static let longest = Duration.seconds(8760 * 3600)
  /// What has more names than this is not kept.
  package static let mostTags = 256

  /// `nil`, of a route only: no longer than the parts that it is made of.
  package var ttl: Duration?
  /// Counted from the end of `ttl`, as `staleIfError` is.
  package var staleWhileRevalidate: Duration = .zero
  package var staleIfError: Duration = .zero
  /// The lifetime of a route's partial answers. `nil`: they are not kept.
  package var partialTtl: Duration?
  /// The lifetime of a route's answers of 400 and above. `nil`: they are not kept.
  package var errorTtl: Duration?
  /// 0 to 1: by up to which share of `ttl` an entry goes stale earlier.
  package var jitter = 0.0
  /// Names to purge by. A list gives one name for each of its elements, null gives none.
  package var tags: [TextTemplate] = []
  /// The backends' `Cache-Control` shortens `ttl`.
  package var respectsBackend = false
  /// Whether a route hears the client's `Cache-Control`.
  package var clientControl = false
  /// The definition in one form, whatever its comments and white space: what is edited gets other keys. May hold what a
  /// definition holds, so it is never printed.
  package var definition = Secret("")

  package init(ttl: Duration?) {
    self.ttl = ttl
  }

  package var references: [TemplateReference] { tags.flatMap(\.references) }
}

/// The process's settings of its cache.
package struct CacheSettings: Sendable {
  /// The size of the memory level, in bytes; 0: none.
  package var memoryBytes = 64 * 1024 * 1024
  /// `nil`: the memory level alone.
  package var redis: RedisSettings?
  /// Background fetches at once.
  package var mostRefreshes = 64

  package init() {}
}
