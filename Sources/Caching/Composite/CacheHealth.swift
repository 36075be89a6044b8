/// How the cache is.
package enum CacheHealth: String, Sendable {
  /// No Redis is configured.
  case memoryOnly
  case connected
  /// Redis is configured, but it refuses, or for some loop it is not connected or too slow, or what other gateways say
  /// is not heard: memory and fetching do what it can't.
  case degraded
}
