import Timing

/// How many calls ended in the last while, and how many of them badly. Time is cut into `buckets` slices; a slice
/// leaves as a whole, so the window is up to a tenth shorter than asked for. Constant memory, whatever the load.
struct SlidingWindow: Sendable {
  static let buckets = 10

  private struct Bucket {
    var calls = 0
    var errors = 0
  }

  private let sliceNanoseconds: Int64
  /// A ring: slice number modulo `buckets`.
  private var ring = Array(repeating: Bucket(), count: SlidingWindow.buckets)
  private var slice = Int64.min
  private var sum = Bucket()

  init(length: Duration) {
    sliceNanoseconds = max(1, length.nanoseconds / Int64(SlidingWindow.buckets))
  }

  mutating func record(isError: Bool, at now: Instant) {
    advance(to: now)
    let place = Int(slice % Int64(SlidingWindow.buckets))
    ring[place].calls += 1
    sum.calls += 1
    if isError {
      ring[place].errors += 1
      sum.errors += 1
    }
  }

  mutating func totals(at now: Instant) -> (calls: Int, errors: Int) {
    advance(to: now)
    return (sum.calls, sum.errors)
  }

  mutating func clear() {
    for place in ring.indices { ring[place] = Bucket() }
    sum = Bucket()
  }

  /// Threads read the clock before they get here, so time may seem to go back a little: that counts as now.
  private mutating func advance(to now: Instant) {
    let current = max(0, now.nanoseconds) / sliceNanoseconds
    guard current > slice else { return }
    if slice < 0 || current - slice >= Int64(SlidingWindow.buckets) {
      clear()
    } else {
      for number in (slice + 1)...current {
        let place = Int(number % Int64(SlidingWindow.buckets))
        sum.calls -= ring[place].calls
        sum.errors -= ring[place].errors
        ring[place] = Bucket()
      }
    }
    slice = current
  }
}
