import Messages

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
      let parts = directive.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard let name = parts.first.map({ CacheDirectives.trim($0).lowercased() }) else { continue }
      apply(name, parts.count > 1 ? CacheDirectives.trim(parts[1]) : nil)
    }
  }

  /// A cache that others share is not to keep it.
  package var withholds: Bool { noStore || isPrivate }

  /// The time for which a backend lets a shared cache keep its response; `nil` where it says nothing.
  package var allowedTtl: Duration? {
    if noStore || noCache || isPrivate { return .zero }
    return sharedMaxAge ?? maxAge
  }

  /// Returns what a backend's word leaves of `lifetime` (`respectBackend`).
  package func limiting(_ lifetime: CacheLifetime) -> CacheLifetime {
    guard let bound = allowedTtl else { return lifetime }
    var limited = lifetime.limited(to: bound)
    if noStore || isPrivate || mustRevalidate {
      limited.staleWhileRevalidate = .zero
      limited.staleIfError = .zero
    }
    return limited
  }

  /// Tells whether a client that says this takes an entry (`clientControl`); RFC 9111 §5.2.1.
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
      maxStale = maxStale ?? (value == nil ? .seconds(Self.longest) : CacheDirectives.seconds(value))
    default: break
    }
  }

  /// delta-seconds, possibly quoted; above 2^31 it is that (RFC 9111 §1.2.2).
  private static func seconds(_ value: String?) -> Duration {
    guard var digits = value.map({ Substring($0).utf8 }) else { return .zero }
    if digits.count >= 2, digits.first == quote, digits.last == quote { digits = digits.dropFirst().dropLast() }
    return .seconds(PeerNumber(digits: digits)?.clamped(to: 0...longest) ?? 0)
  }

  /// Seconds of the longest age that is told from longer ones (RFC 9111 §1.2.2).
  static let longest = 0x7FFF_FFFF

  private static let quote = UInt8(ascii: "\"")

  /// Splits at commas outside quotes, by bytes, as all reading of fields goes: there are scalars that make one
  /// `Character` with the comma behind them, and would hide what follows.
  static func split(_ field: String) -> [Substring.UTF8View] {
    var isQuoted = false
    return Substring(field).utf8.split { byte in
      if byte == quote { isQuoted.toggle() }
      return byte == UInt8(ascii: ",") && !isQuoted
    }
  }

  static func trim(_ text: Substring.UTF8View) -> String {
    var text = text
    while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    return String(Substring(text))
  }
}
