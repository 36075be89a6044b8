extension Duration {
  /// Whole nanoseconds; saturates at 292 years. `components` would trap at 2^63 seconds.
  package var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }
}
