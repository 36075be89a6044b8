/// The cache's part in one answer, as `Cache-Status` says it (RFC 9211), in the name of `weft`.
package enum CacheStatus: Hashable, Sendable {
  /// The reason why a request went forward (RFC 9211 §2.2).
  package enum Forward: Hashable, Sendable {
    case miss
    /// There was an entry, but it was too old.
    case stale
    /// The cache was not asked, or could not be.
    case bypass
    /// The client's own `Cache-Control` wanted it.
    case request

    fileprivate var word: StaticString {
      switch self {
      case .miss: "miss"
      case .stale: "stale"
      case .bypass: "bypass"
      case .request: "request"
      }
    }
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
    ASCIIText.with { text in
      write(to: &text)
      return String(decoding: text.bytes, as: UTF8.self)
    }
  }

  /// Writes the same, without a string in between.
  func write(to text: inout ASCIIText) {
    switch self {
    case .hit(let ttl): Self.write(ttl, "", to: &text)
    case .staleWhileRevalidate(let ttl): Self.write(ttl, "; detail=swr", to: &text)
    case .staleIfError(let ttl): Self.write(ttl, "; detail=stale-if-error", to: &text)
    case .forwarded(let reason, let stored, let collapsed):
      text.write("weft; fwd=")
      text.write(reason.word)
      if stored { text.write("; stored") }
      if collapsed { text.write("; collapsed") }
    }
  }

  private static func write(_ ttl: Int, _ detail: StaticString, to text: inout ASCIIText) {
    text.write("weft; hit; ttl=")
    text.write(ttl)
    text.write(detail)
  }
}
