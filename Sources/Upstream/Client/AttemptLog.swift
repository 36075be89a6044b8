import Messages
import Timing
import Transfers

/// The attempts of one request on its course, as they are told of. A value.
struct AttemptLog {
  /// Those that have ended.
  private(set) var ended = AttemptTraces()
  private var queued = Instant(nanoseconds: 0)
  private var current: (address: String, span: UInt64, began: Instant)?

  /// An attempt begins to wait for what it needs.
  mutating func queue(at now: Instant) { queued = now }

  /// It has an address.
  /// - Parameter span: what it names to the backend; 0: nothing.
  mutating func begin(_ address: BackendAddress, span: UInt64 = 0, at now: Instant) {
    current = (address.name, span, now)
  }

  /// The attempt under way has ended. Nothing happens where there is none.
  mutating func end(_ outcome: String, status: Int?, _ times: TransferTimes, at now: Instant) {
    guard let attempt = underWay(outcome, status: status, times, at: now) else { return }
    ended.add(attempt)
    current = nil
  }

  /// There was no attempt, and won't be.
  mutating func giveUp(_ outcome: String, at now: Instant) {
    ended.add(waiting(outcome, at: now), isCounted: false)
  }

  /// Makes a trace of what is under way, as if it had ended; `nil` where nothing is.
  func underWay(_ outcome: String, status: Int?, _ times: TransferTimes, at now: Instant) -> AttemptTrace? {
    guard let current else { return nil }
    let began = current.began
    var attempt = AttemptTrace(current.address, queued: queued, began: began, ended: now, outcome: outcome)
    attempt.connect = times.connected.map { began.duration(to: $0) }
    attempt.firstByte = times.firstByte.map { began.duration(to: $0) }
    attempt.status = status
    attempt.span = current.span
    return attempt
  }

  /// Makes a trace of what waits for a place, a token or an address, as if it had ended.
  func waiting(_ outcome: String, at now: Instant) -> AttemptTrace {
    AttemptTrace("", queued: queued, began: now, ended: now, outcome: outcome)
  }
}
