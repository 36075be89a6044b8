/// Counts of what ended in some time, and of how long it took. A value.
package struct Tally: Sendable, Equatable {
  /// The places of counts in a row of cells; outcomes and bins of durations stand behind them.
  enum Count: Int, CaseIterable {
    case total, failed, partial, cacheHits, cacheAsked
  }

  /// The words of outcomes that are failures; what is none of them counts as the last.
  static let outcomes = [
    "timeout", "status", "connect", "invalid", "circuit-open", "queue", "items", "expression", "invalid-request",
    "cancelled", "other",
  ]

  static let firstOutcome = Count.allCases.count
  static let firstBin = firstOutcome + outcomes.count
  /// Cells of a row.
  static let width = firstBin + LatencyBins.count

  private(set) var cells: [UInt64]

  package init() {
    cells = Array(repeating: 0, count: Self.width)
  }

  mutating func add(_ row: some Sequence<UInt32>) {
    for (place, cell) in row.enumerated() { cells[place] &+= UInt64(cell) }
  }

  mutating func add(_ other: Tally) {
    for place in cells.indices { cells[place] &+= other.cells[place] }
  }

  subscript(count: Count) -> UInt64 { cells[count.rawValue] }

  package var total: UInt64 { self[.total] }
  package var failed: UInt64 { self[.failed] }

  /// `nil` where nothing was counted that could be.
  static func share(_ part: UInt64, of whole: UInt64) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }

  package var failedShare: Double? { Self.share(failed, of: total) }
  package var partialShare: Double? { Self.share(self[.partial], of: total) }
  package var cacheHitShare: Double? { Self.share(self[.cacheHits], of: self[.cacheAsked]) }

  /// The outcomes that there were, the most frequent first.
  var failures: [(outcome: String, count: UInt64)] {
    Self.outcomes.enumerated().map { ($1, cells[Self.firstOutcome + $0]) }.filter { $0.1 > 0 }
      .sorted { $0.1 > $1.1 }
  }

  /// The duration that this share of all took at most, in milliseconds; between the bounds of a bin by rule of three. `nil`
  /// where there were none.
  package func quantile(_ share: Double) -> Double? {
    let bins = cells[Self.firstBin...]
    let all = bins.reduce(0, &+)
    guard all > 0 else { return nil }
    let wanted = share * Double(all)
    var before = 0.0
    for (index, cell) in bins.enumerated() where cell > 0 {
      let reached = before + Double(cell)
      if reached >= wanted {
        let bounds = LatencyBins.bounds(index)
        let part = (wanted - before) / Double(cell)
        return (bounds.lowerBound + part * (bounds.upperBound - bounds.lowerBound)) / 1000
      }
      before = reached
    }
    return nil
  }

  static func place(ofOutcome word: String) -> Int {
    firstOutcome + (outcomes.firstIndex(of: word) ?? outcomes.count - 1)
  }
}
