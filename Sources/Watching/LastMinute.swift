/// The last minute of all loops, by the names of routes and backends. A value.
package struct LastMinute: Sendable {
  package struct Whole: Sendable {
    package private(set) var tally = Tally()
    /// Calls of a route, addresses of a backend.
    package private(set) var parts: [String: Tally] = [:]

    mutating func add(_ tally: Tally, _ parts: [(name: String, tally: Tally)]) {
      self.tally.add(tally)
      for part in parts { self.parts[part.name, default: Tally()].add(part.tally) }
    }
  }

  package internal(set) var routes: [String: Whole] = [:]
  package internal(set) var backends: [String: Whole] = [:]
  /// The seconds that it covers: fewer than sixty, as its last ten are still under way, or as there were no more.
  package let seconds: Double
}
