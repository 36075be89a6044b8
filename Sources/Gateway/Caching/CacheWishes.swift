import Caching
import Composing
import Front
import Messages

/// The wishes of a request about the cache: `If-None-Match`, `Prefer: handling`, and its `Cache-Control` where that is
/// heard (RFC 9111 §5.2.1).
struct CacheWishes: Sendable {
  /// `nil`: the client did not say.
  let handling: RequestContext.Handling?
  private let ifNoneMatch: String?
  private let directives: CacheDirectives?

  init(_ request: IncomingRequest, isHeard: Bool) {
    var preferences: [Substring] = []
    var tags: String?
    var control: String?
    var pragma = false
    for (name, value) in request.headers {
      switch name.utf8.count {
      case 6 where HeaderName.equals(name, "prefer"): preferences.append(value[...])
      case 6 where isHeard && HeaderName.equals(name, "pragma"): pragma = value.lowercased() == "no-cache"
      case 13 where HeaderName.equals(name, "if-none-match"): tags.join(value)
      case 13 where isHeard && HeaderName.equals(name, "cache-control"): control.join(value)
      default: break
      }
    }
    handling = preferences.isEmpty ? nil : Preference.handling(in: preferences)
    ifNoneMatch = tags
    directives = (control ?? (pragma ? "no-cache" : nil)).map { CacheDirectives($0) }
  }

  /// Whether the answer is neither given from the cache nor stored.
  var bypasses: Bool { directives?.noStore == true && !onlyIfCached }

  var onlyIfCached: Bool { directives?.onlyIfCached == true }

  var wantsReload: Bool { directives.map { $0.noCache && !$0.onlyIfCached } ?? false }

  var hasDirectives: Bool { directives != nil }

  /// Tells whether an entry may be the answer. One who wants all or nothing is not given a part.
  func take(_ hit: CacheHit) -> Bool {
    if handling == .strict, hit.entry.isPartial { return false }
    guard let directives, !hit.isNew else { return true }
    return directives.accepts(Freshness(hit.entry.times, at: .now()))
  }

  /// Tells whether the client has this answer already.
  func knows(_ etag: String) -> Bool {
    ifNoneMatch.map { EntityTagList.matches($0, etag: etag) } ?? false
  }
}
