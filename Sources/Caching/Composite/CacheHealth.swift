/// How the cache is.
package enum CacheHealth: String, Sendable {
  /// No Redis is configured.
  case memoryOnly
  case connected
  /// Redis is configured, but too slow, or what other gateways say is not heard: memory and fetching, as far as they
  /// must.
  case degraded
}
