/// The bounds of all histograms: those that OpenTelemetry advises for the time of HTTP requests, and 2 s, which the alert
/// for slow answers asks about.
package enum LatencyBounds {
  /// In milliseconds, upwards; above the last there is one bucket more.
  package static let milliseconds: [Int64] = [
    5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2000, 2500, 5000, 7500, 10_000,
  ]

  /// The buckets, with that above all bounds.
  package static let count = 16

  /// The place of a time among the buckets; a bound belongs to the bucket below it.
  @inlinable package static func bucket(of nanoseconds: Int64) -> Int {
    if nanoseconds <= 100_000_000 {
      if nanoseconds <= 25_000_000 { return nanoseconds <= 5_000_000 ? 0 : nanoseconds <= 10_000_000 ? 1 : 2 }
      return nanoseconds <= 50_000_000 ? 3 : nanoseconds <= 75_000_000 ? 4 : 5
    }
    if nanoseconds <= 1_000_000_000 {
      if nanoseconds <= 500_000_000 { return nanoseconds <= 250_000_000 ? 6 : 7 }
      return nanoseconds <= 750_000_000 ? 8 : 9
    }
    if nanoseconds <= 2_500_000_000 { return nanoseconds <= 2_000_000_000 ? 10 : 11 }
    if nanoseconds <= 5_000_000_000 { return 12 }
    return nanoseconds <= 7_500_000_000 ? 13 : nanoseconds <= 10_000_000_000 ? 14 : 15
  }
}
