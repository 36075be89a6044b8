import Timing

/// How long to wait before the next attempt to connect: doubling, with full jitter (each wait is drawn between half
/// and all of the step), so that a fleet does not come back in one moment. Pure.
struct Backoff: Sendable {
  static let first: Duration = .milliseconds(50)
  static let longest: Duration = .seconds(5)

  private(set) var failures = 0

  /// - Parameter chance: 0 to 1, drawn by the caller.
  mutating func next(chance: Double) -> Duration {
    let step = min(Backoff.longest, Backoff.first * (1 << min(failures, 10)))
    failures += 1
    return step / 2 + step / 2 * min(max(chance, 0), 1)
  }

  mutating func reset() {
    failures = 0
  }

  /// A connection has ended. One that did not last is one more failure, or a server that greets and hangs up would be
  /// asked without a pause.
  mutating func connectionLasted(_ duration: Duration) {
    if duration >= Backoff.longest { reset() }
  }
}
