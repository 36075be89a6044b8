import Timing

/// Pauses between attempts, each twice as long as the one before, up to a bound.
///
/// How a pause is drawn is the user's: a connection's and a refresh's are `next(chance:)`, between half and all of the
/// step, so that a fleet does not come back in one moment and no server is asked again at once; a request's retry takes
/// anything up to the step (`step(after:)`, "full jitter"), since its client waits and a budget bounds the load; a
/// breaker's is the whole step, since only one probe comes after it.
package struct Backoff: Sendable {
  /// The doublings after which pauses are the longest: 2^20 microseconds are a second.
  private static let mostDoublings = 20

  private let first: Duration
  private let longest: Duration
  /// The attempts that failed, in a row.
  package private(set) var failures = 0

  /// - Parameter longest: where it is shorter than `first`, all pauses are of `first`.
  package init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = max(first, longest)
  }

  /// The pause, without jitter, after so many failures besides the first one.
  package func step(after failures: Int) -> Duration {
    min(longest, first * (1 << min(failures, Backoff.mostDoublings)))
  }

  /// Counts a failure. Returns the whole step.
  package mutating func next() -> Duration {
    defer { failures += 1 }
    return step(after: failures)
  }

  /// Counts a failure. Returns between half and all of the step.
  /// - Parameter chance: 0 to 1, drawn by the caller.
  package mutating func next(chance: Double) -> Duration {
    let half = next() / 2
    return half + half * min(max(chance, 0), 1)
  }

  /// Begins anew.
  package mutating func reset() {
    failures = 0
  }

  /// Takes note that what was begun has ended after so long. What did not last for the longest pause is no success, or a server that
  /// greets and hangs up would be asked without a pause.
  package mutating func lasted(_ duration: Duration) {
    if duration >= longest { reset() }
  }
}
