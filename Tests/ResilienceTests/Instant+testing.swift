import Timing

extension Instant {
  /// A point on a clock that only the test moves.
  static func at(_ duration: Duration) -> Instant {
    Instant(nanoseconds: 1_000_000_000_000).advanced(by: duration)
  }
}
