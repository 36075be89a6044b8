import NIOCore

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
    var buffer = ByteBuffer()
    write(to: &buffer)
    return String(buffer: buffer)
  }

  /// The same, without a string in between.
  func write(to head: inout ByteBuffer) {
    switch self {
    case .hit(let ttl): Self.write(ttl, "", to: &head)
    case .staleWhileRevalidate(let ttl): Self.write(ttl, "; detail=swr", to: &head)
    case .staleIfError(let ttl): Self.write(ttl, "; detail=stale-if-error", to: &head)
    case .forwarded(let reason, let stored, let collapsed):
      head.writeStaticString("weft; fwd=")
      head.writeString(reason.rawValue)
      if stored { head.writeStaticString("; stored") }
      if collapsed { head.writeStaticString("; collapsed") }
    }
  }

  private static func write(_ ttl: Int, _ detail: StaticString, to head: inout ByteBuffer) {
    head.writeStaticString("weft; hit; ttl=")
    head.writeDecimal(ttl)
    head.writeStaticString(detail)
  }
}
