/// What the cache did for one answer, as `Cache-Status` says it (RFC 9211), in the name of `weft`.
package enum CacheStatus: Hashable, Sendable {
  /// Why a request went forward (RFC 9211 §2.2).
  package enum Forward: String, Hashable, Sendable {
    case miss
    /// There was an entry, but it was too old.
    case stale
    /// The cache was not asked, or could not be.
    case bypass
    /// The client's own `Cache-Control` wanted it.
    case request
  }

  case hit(ttl: Int)
  /// Served stale while it is fetched anew.
  case staleWhileRevalidate(ttl: Int)
  /// Served stale in place of a failure.
  case staleIfError(ttl: Int)
  /// - Parameters:
  ///   - stored: the answer was stored by this gateway.
  ///   - collapsed: it was made for another request that had come before, in this process or another.
  case forwarded(Forward, stored: Bool, collapsed: Bool)

  /// The field's value.
  package var value: String {
    switch self {
    case .hit(let ttl):
      return "weft; hit; ttl=" + String(ttl)
    case .staleWhileRevalidate(let ttl):
      return "weft; hit; ttl=" + String(ttl) + "; detail=swr"
    case .staleIfError(let ttl):
      return "weft; hit; ttl=" + String(ttl) + "; detail=stale-if-error"
    case .forwarded(let reason, let stored, let collapsed):
      return "weft; fwd=" + reason.rawValue + (stored ? "; stored" : "") + (collapsed ? "; collapsed" : "")
    }
  }
}
