import Timing

/// `Cache-Control` for clients (RFC 9111 §5.2.2). `max-age` is the whole lifetime, since `Age` beside it says how much
/// of it has gone: a client's copy goes stale when ours does.
package enum CacheControl {
  /// Returns the value for an answer that is stored, or was served from the store.
  package static func value(of times: CacheTimes, isPrivate: Bool) -> String {
    let fresh = seconds(from: times.created, to: times.freshUntil)
    var text = isPrivate ? "private, max-age=" : "public, max-age="
    text += String(fresh)
    let revalidating = seconds(from: times.freshUntil, to: times.staleWhileRevalidateUntil)
    if revalidating > 0 { text += ", stale-while-revalidate=" + String(revalidating) }
    let failing = seconds(from: times.freshUntil, to: times.staleIfErrorUntil)
    if failing > 0 { text += ", stale-if-error=" + String(failing) }
    return text
  }

  /// The value for an answer of a cached route that was not stored: partial, an error, bypassed.
  package static let notStored = "no-store"

  /// The value for an answer with a cookie in it.
  package static let ofOneClient = "private, no-store"

  private static func seconds(from start: WallTime, to end: WallTime) -> Int64 {
    max(0, end.milliseconds &- start.milliseconds) / 1000
  }
}
