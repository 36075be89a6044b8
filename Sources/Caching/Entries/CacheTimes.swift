import Plans

/// Until when an entry is good for what. All ends are exclusive.
package struct CacheTimes: Hashable, Sendable {
  package var created: WallTime
  package var freshUntil: WallTime
  /// Not before `freshUntil`; until then it is served while it is fetched anew (RFC 5861 §3).
  package var staleWhileRevalidateUntil: WallTime
  /// Not before `freshUntil`; until then it stands in for a failure (RFC 5861 §4).
  package var staleIfErrorUntil: WallTime

  package init(
    created: WallTime, freshUntil: WallTime, staleWhileRevalidateUntil: WallTime, staleIfErrorUntil: WallTime
  ) {
    self.created = created
    self.freshUntil = freshUntil
    self.staleWhileRevalidateUntil = staleWhileRevalidateUntil
    self.staleIfErrorUntil = staleIfErrorUntil
  }

  /// Whether an answer can have been stored with them: in order, since 1970, and for no longer than definitions may say.
  var areStorable: Bool {
    let starts: ClosedRange<Int64> = 0...Stamp.limit / 1000
    return starts.contains(created.milliseconds) && created <= freshUntil && freshUntil <= staleWhileRevalidateUntil
      && freshUntil <= staleIfErrorUntil && usableUntil <= created.advanced(by: CacheTimes.longest)
  }

  /// `ttl`, and one of the stale times behind it.
  private static let longest = CachePlan.longest * 2

  /// The same on a clock that is ahead by `lead`.
  func shifted(by lead: Duration) -> CacheTimes {
    CacheTimes(
      created: created.advanced(by: lead), freshUntil: freshUntil.advanced(by: lead),
      staleWhileRevalidateUntil: staleWhileRevalidateUntil.advanced(by: lead),
      staleIfErrorUntil: staleIfErrorUntil.advanced(by: lead))
  }

  /// From here on the entry is good for nothing.
  package var usableUntil: WallTime {
    max(freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil)
  }
}
