import Timing

/// Whether there were more events than a bound within a time. A value.
struct RecentEvents {
  private let most: Int
  private let time: Duration
  /// Of the last `most` ones, the oldest at `next` once there are so many.
  private var instants: [Instant] = []
  private var next = 0

  init(most: Int, in time: Duration) {
    (self.most, self.time) = (most, time)
  }

  /// - Returns: whether it is one too many.
  mutating func add(_ now: Instant) -> Bool {
    guard instants.count == most else {
      instants.append(now)
      return false
    }
    let oldest = instants[next]
    instants[next] = now
    next = (next + 1) % most
    return now < oldest.advanced(by: time)
  }
}
