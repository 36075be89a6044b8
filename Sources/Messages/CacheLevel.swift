/// Where the cache had what it gave.
package enum CacheLevel: String, Sendable, CaseIterable {
  /// Of the process.
  case memory
  /// Of all gateways that share it.
  case redis
}
