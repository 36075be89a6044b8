import Messages
import Timing

extension CacheDirectives {
  /// Reads what a backend's response says, as from now on: `Cache-Control`, less `Age`. Where that names no age,
  /// `Expires` less `Date` does (RFC 9111 §5.3); one that is no date has passed. `Vary: *` fits no other request (RFC
  /// 9111 §4.1), so it is as good as `no-store`. `nil` where the response says nothing.
  /// - Parameter now: stands in for a `Date` that is missing.
  package init?(response headers: [HeaderField], at now: WallTime = .now()) {
    let (control, expires) = (headers.joined("cache-control"), headers.joined("expires"))
    let variesByAll = headers.joined("vary").map { Self.split($0).contains { Self.trim($0) == "*" } } ?? false
    guard control != nil || expires != nil || variesByAll else { return nil }
    var directives = CacheDirectives(control ?? "")
    if variesByAll { directives.noStore = true }
    if directives.maxAge == nil, directives.sharedMaxAge == nil, let expires {
      let made = headers.joined("date").flatMap(HTTPTime.seconds) ?? Int(clamping: now.milliseconds / 1000)
      directives.maxAge = .seconds(min(max(0, (HTTPTime.seconds(expires) ?? 0) - made), Self.longest))
    }
    let age = headers.joined("age").flatMap { PeerNumber(digits: $0.utf8) } ?? 0
    self = directives.aged(by: .seconds(age.clamped(to: 0...Self.longest)))
  }

  /// Returns what is left of it after a time.
  package func aged(by time: Duration) -> CacheDirectives {
    var aged = self
    aged.maxAge = maxAge.map { max(.zero, $0 - time) }
    aged.sharedMaxAge = sharedMaxAge.map { max(.zero, $0 - time) }
    return aged
  }

  /// A field that says what a backend's response said.
  package var field: String {
    var words: [String] = []
    for (word, isSaid) in [
      ("no-store", noStore), ("no-cache", noCache), ("private", isPrivate), ("must-revalidate", mustRevalidate),
    ] where isSaid { words.append(word) }
    for (name, time) in [("s-maxage", sharedMaxAge), ("max-age", maxAge)] {
      if let time { words.append("\(name)=\(time.attoseconds / 1_000_000_000_000_000_000)") }
    }
    return words.joined(separator: ", ")
  }
}
