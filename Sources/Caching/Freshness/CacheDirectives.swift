/// A `Cache-Control` field as it was received (RFC 9111 §5.2), of a backend's answer or a client's request.
package struct CacheDirectives: Hashable, Sendable {
  package var noStore = false
  package var noCache = false
  package var isPrivate = false
  package var mustRevalidate = false
  package var onlyIfCached = false
  package var maxAge: Duration?
  package var sharedMaxAge: Duration?
  package var minFresh: Duration?
  /// A client's; without a number, any staleness will do.
  package var maxStale: Duration?

  /// Several fields are joined by `, ` before. Unknown directives are ignored, numbers that can't be read count as
  /// zero (RFC 9111 §4.2.1: what is invalid is stale), the first of repeated ones holds.
  package init(_ field: String) {
    for directive in CacheDirectives.split(field) {
      let parts = directive.split(separator: "=", maxSplits: 1)
      guard let name = parts.first.map({ CacheDirectives.trim($0).lowercased() }) else { continue }
      apply(name, parts.count > 1 ? CacheDirectives.trim(parts[1]) : nil)
    }
  }

  /// For how long a backend lets a shared cache keep its answer; `nil` where it says nothing.
  package var allowedTtl: Duration? {
    if noStore || noCache || isPrivate { return .zero }
    return sharedMaxAge ?? maxAge
  }

  /// What a backend's word leaves of `lifetime` (`respectBackend`).
  package func limiting(_ lifetime: CacheLifetime) -> CacheLifetime {
    guard let bound = allowedTtl else { return lifetime }
    var limited = lifetime.limited(to: bound)
    if noStore || isPrivate || mustRevalidate {
      limited.staleWhileRevalidate = .zero
      limited.staleIfError = .zero
    }
    return limited
  }

  /// Whether a client that says this takes an entry (`clientControl`); RFC 9111 §5.2.1.
  package func accepts(_ freshness: Freshness) -> Bool {
    if noCache || noStore { return false }
    if let maxAge, .seconds(freshness.age) > maxAge { return false }
    // Who names an age takes nothing stale, unless it says so as well.
    if maxAge != nil || minFresh != nil, maxStale == nil, freshness.state != .fresh { return false }
    if let minFresh, .seconds(freshness.ttl) < minFresh { return false }
    return true
  }

  private mutating func apply(_ name: String, _ value: String?) {
    switch name {
    case "no-store": noStore = true
    case "no-cache": noCache = true
    case "private": isPrivate = true
    case "must-revalidate", "proxy-revalidate": mustRevalidate = true
    case "only-if-cached": onlyIfCached = true
    case "max-age": maxAge = maxAge ?? CacheDirectives.seconds(value)
    case "s-maxage": sharedMaxAge = sharedMaxAge ?? CacheDirectives.seconds(value)
    case "min-fresh": minFresh = minFresh ?? CacheDirectives.seconds(value)
    case "max-stale":
      maxStale = maxStale ?? (value == nil ? .seconds(Int64(Int32.max)) : CacheDirectives.seconds(value))
    default: break
    }
  }

  /// delta-seconds, possibly quoted; above 2^31 it is that (RFC 9111 §1.2.2).
  private static func seconds(_ value: String?) -> Duration {
    guard var value, !value.isEmpty else { return .zero }
    if value.count >= 2, value.first == "\"", value.last == "\"" { value = String(value.dropFirst().dropLast()) }
    guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return .zero }
    return .seconds(min(Int64(value) ?? .max, Int64(Int32.max)))
  }

  /// At commas outside quotes.
  private static func split(_ field: String) -> [Substring] {
    var isQuoted = false
    return field.split { character in
      if character == "\"" { isQuoted.toggle() }
      return character == "," && !isQuoted
    }
  }

  private static func trim(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
