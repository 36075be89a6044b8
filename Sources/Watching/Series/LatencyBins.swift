/// Bins of durations: eight to an octave, from 128 µs to 33 s, so that a quantile is off by an eighth at most. What is
/// below or above is in the first or the last. The histograms of `/metrics` have other bounds (`LatencyBounds`), which are a
/// convention of those who query them, and of which none is below 5 ms: a median of 2 ms could not be told from one of 4 ms.
enum LatencyBins {
  static let count = 144
  /// The octave of the first bin, as a power of two of microseconds.
  private static let firstOctave = 7

  static func index(microseconds: Int) -> Int {
    guard microseconds >= 1 << firstOctave else { return 0 }
    let octave = Int.bitWidth - 1 - microseconds.leadingZeroBitCount
    let eighth = microseconds >> (octave - 3) & 7
    return min(count - 1, (octave - firstOctave) * 8 + eighth)
  }

  /// The bounds of a bin in microseconds; the first begins at zero.
  static func bounds(_ index: Int) -> ClosedRange<Double> {
    (index == 0 ? 0 : lower(index))...lower(index + 1)
  }

  private static func lower(_ index: Int) -> Double {
    Double(1 << (firstOctave + index / 8)) * (1 + Double(index % 8) / 8)
  }
}
