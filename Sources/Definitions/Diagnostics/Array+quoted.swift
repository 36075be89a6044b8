extension [String] {
  /// For messages: `a`, `b`, `c`, each in backticks.
  var quoted: String { map { "`\($0)`" }.joined(separator: ", ") }
}
