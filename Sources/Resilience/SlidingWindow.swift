import Timing

/// The count of the latest results, and of the bad ones among them: those of the last while, or the last so many.
/// Constant memory, whatever the load.
package struct SlidingWindow: Sendable {
  package enum Length: Sendable {
    /// A time that is cut into `slices`; a slice leaves as a whole, so the window is up to a tenth shorter than asked for.
    case time(Duration)
    /// A count of at least 1; each result is a slice of its own.
    case results(Int)
  }

  package struct Totals: Equatable, Sendable {
    package var calls = 0
    package var failures = 0
  }

  /// The slices of a window of time.
  package static let slices = 10

  /// The length of a slice in nanoseconds; `nil` where every result begins one.
  private let sliceLength: Int64?
  /// A ring: slice number modulo its count.
  private var ring: [Totals]
  private var slice = Int64.min
  private var sum = Totals()

  package init(_ length: Length) {
    switch length {
    case .time(let time):
      sliceLength = max(1, time.nanoseconds / Int64(SlidingWindow.slices))
      ring = Array(repeating: Totals(), count: SlidingWindow.slices)
    case .results(let count):
      sliceLength = nil
      ring = Array(repeating: Totals(), count: max(1, count))
    }
  }

  /// Counts a result. Returns the totals, this one included.
  @discardableResult
  package mutating func record(isFailure: Bool, at now: Instant) -> Totals {
    advance(to: sliceLength.map { max(0, now.nanoseconds) / $0 } ?? max(0, slice &+ 1))
    let place = Int(slice % Int64(ring.count))
    ring[place].calls += 1
    sum.calls += 1
    if isFailure {
      ring[place].failures += 1
      sum.failures += 1
    }
    return sum
  }

  package mutating func totals(at now: Instant) -> Totals {
    if let sliceLength { advance(to: max(0, now.nanoseconds) / sliceLength) }
    return sum
  }

  package mutating func clear() {
    for place in ring.indices { ring[place] = Totals() }
    sum = Totals()
  }

  /// Lets go of slices that are over. Threads read the clock before they get here, so time may seem to go back a little:
  /// that counts as now.
  private mutating func advance(to current: Int64) {
    guard current > slice else { return }
    if slice < 0 || current - slice >= Int64(ring.count) {
      clear()
    } else {
      for number in (slice + 1)...current {
        let place = Int(number % Int64(ring.count))
        sum.calls -= ring[place].calls
        sum.failures -= ring[place].failures
        ring[place] = Totals()
      }
    }
    slice = current
  }
}
