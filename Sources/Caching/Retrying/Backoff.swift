import Timing

/// How long to wait before the next attempt: doubling, with jitter (each wait is drawn between half and all of the
/// step), so that a fleet does not come back in one moment. Pure.
struct Backoff: Sendable {
  private let first: Duration
  private let longest: Duration
  private(set) var failures = 0

  /// For connections to Redis, by default.
  init(first: Duration = .milliseconds(50), longest: Duration = .seconds(5)) {
    self.first = first
    self.longest = longest
  }

  /// - Parameter chance: 0 to 1, drawn by the caller.
  mutating func next(chance: Double) -> Duration {
    let step = min(longest, first * (1 << min(failures, 10)))
    failures += 1
    return step / 2 + step / 2 * min(max(chance, 0), 1)
  }

  mutating func reset() {
    failures = 0
  }

  /// A connection has ended. One that did not last is one more failure, or a server that greets and hangs up would be
  /// asked without a pause.
  mutating func connectionLasted(_ duration: Duration) {
    if duration >= longest { reset() }
  }
}
