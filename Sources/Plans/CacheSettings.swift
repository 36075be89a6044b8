/// What the process says about its cache.
package struct CacheSettings: Sendable {
  /// Of the memory level, in bytes; 0: none.
  package var memoryBytes = 64 * 1024 * 1024
  /// `nil`: the memory level alone.
  package var redis: RedisSettings?
  /// Background fetches at once.
  package var mostRefreshes = 64

  package init() {}
}
