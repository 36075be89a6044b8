import Plans
import Timing

/// The ends of the times for which an entry is good for something. All ends are exclusive.
package struct CacheTimes: Hashable, Sendable {
  package var created: WallTime
  package var freshUntil: WallTime
  /// The end, not before `freshUntil`, of the time in which it is served while it is fetched anew (RFC 5861 §3).
  package var staleWhileRevalidateUntil: WallTime
  /// The end, not before `freshUntil`, of the time in which it stands in for a failure (RFC 5861 §4).
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

  /// Returns the same on a clock that is ahead by `lead`.
  func shifted(by lead: Duration) -> CacheTimes {
    CacheTimes(
      created: created.advanced(by: lead), freshUntil: freshUntil.advanced(by: lead),
      staleWhileRevalidateUntil: staleWhileRevalidateUntil.advanced(by: lead),
      staleIfErrorUntil: staleIfErrorUntil.advanced(by: lead))
  }

  /// The instant from which the entry is good for nothing.
  package var usableUntil: WallTime {
    max(freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil)
  }
}
