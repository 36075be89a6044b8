import Timing

/// Tallies of the last windows of time, all of one length, in a ring: what is older is written over. A value.
struct Series: Sendable {
  private let length: Int64
  private let windows: Int
  /// Of each place in the ring, which window it has; -1: none yet.
  private var epochs: [Int64]
  private var cells: [UInt32]

  /// - Parameter length: of a window, above zero.
  init(windows: Int, of length: Duration) {
    self.windows = windows
    self.length = length.nanoseconds
    epochs = Array(repeating: -1, count: windows)
    cells = Array(repeating: 0, count: windows * Tally.width)
  }

  /// What is counted of one thing that ended.
  struct Event {
    var microseconds = 0
    var isFailed = false
    var isPartial = false
    /// `nil`: no cache was asked.
    var isCacheHit: Bool?
    /// Of a failure.
    var outcome: String?
  }

  mutating func record(_ event: Event, at time: Instant) {
    let epoch = time.nanoseconds / length
    let place = Int(truncatingIfNeeded: epoch % Int64(windows))
    if epochs[place] != epoch {
      // Of a window that is gone.
      if epochs[place] > epoch { return }
      begin(epoch, at: place)
    }
    let row = place * Tally.width
    func count(_ place: Int) { cells[row + place] &+= 1 }
    count(Tally.Count.total.rawValue)
    if event.isFailed { count(Tally.Count.failed.rawValue) }
    if event.isPartial { count(Tally.Count.partial.rawValue) }
    if let isHit = event.isCacheHit {
      count(Tally.Count.cacheAsked.rawValue)
      if isHit { count(Tally.Count.cacheHits.rawValue) }
    }
    if let outcome = event.outcome { count(Tally.place(ofOutcome: outcome)) }
    count(Tally.firstBin + LatencyBins.index(microseconds: event.microseconds))
  }

  private mutating func begin(_ epoch: Int64, at place: Int) {
    epochs[place] = epoch
    let row = place * Tally.width
    for cell in row..<row + Tally.width { cells[cell] = 0 }
  }

  /// The tally of all windows that there are, the one that `now` is in included.
  func tally(at now: Instant) -> Tally {
    let last = now.nanoseconds / length
    var tally = Tally()
    for place in epochs.indices where epochs[place] > last - Int64(windows) && epochs[place] <= last {
      tally.add(row(place))
    }
    return tally
  }

  /// A tally for each window, the oldest first, the one that `now` is in last.
  func tallies(at now: Instant) -> [Tally] {
    let last = now.nanoseconds / length
    return (0..<windows).map { index in
      let epoch = last - Int64(windows - 1 - index)
      var tally = Tally()
      let place = Int(truncatingIfNeeded: max(0, epoch) % Int64(windows))
      if epoch >= 0, epochs[place] == epoch { tally.add(row(place)) }
      return tally
    }
  }

  private func row(_ place: Int) -> ArraySlice<UInt32> {
    cells[place * Tally.width..<(place + 1) * Tally.width]
  }
}
