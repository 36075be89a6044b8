import Resilience

/// What an operator should hear of a backend. For the log: it names addresses.
package enum UpstreamEvent: Equatable, Sendable {
  /// `address`: origin and base path.
  case breaker(Breaker.Change, backend: String, address: String)
  /// So many attempts since it was last told, in one loop, that the retry budget did not pay for.
  case retriesRefused(Int, backend: String)
  case health(HealthProber.Change)
}
