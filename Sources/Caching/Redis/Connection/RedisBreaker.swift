import Timing

/// Stops asking a server that does not answer in time. Open, it costs an answer nothing; whether the server is back is
/// found out by a probe of our own (`PING`), so no request pays for that either. Pure.
///
///     closed ── half of the last results, and at least five, were timeouts ──> open ── pause ──> probing
///     probing ── answered ──> closed          probing ── not answered ──> open, for twice as long (up to 5 s)
///
/// A server that answers a probe but not the commands after it is left alone for longer each time as well: the pause is
/// the first one again only after `window` results without a timeout.
struct RedisBreaker: Sendable {
  enum State: Hashable, Sendable {
    case closed
    case open(until: Instant)
    case probing
  }

  static let window = 16
  static let fewest = 5
  static let firstPause: Duration = .milliseconds(250)
  static let longestPause: Duration = .seconds(5)

  private(set) var state = State.closed
  private var pause = RedisBreaker.firstPause
  /// The latest results, the last in the lowest bit; set: timed out.
  private var history: UInt16 = 0
  private var known = 0

  var isClosed: Bool { state == .closed }

  /// - Returns: true where this opened it; the caller then probes at the time that `state` says.
  mutating func record(timedOut: Bool, at now: Instant) -> Bool {
    guard state == .closed else { return false }
    history = history << 1 | (timedOut ? 1 : 0)
    known = min(known + 1, RedisBreaker.window)
    if history == 0, known == RedisBreaker.window { pause = RedisBreaker.firstPause }
    guard timedOut, history.nonzeroBitCount >= RedisBreaker.fewest, history.nonzeroBitCount * 2 >= known
    else { return false }
    open(at: now)
    return true
  }

  /// False where it is not time for a probe.
  mutating func beginProbe(at now: Instant) -> Bool {
    guard case .open(let until) = state, until <= now else { return false }
    state = .probing
    return true
  }

  /// - Returns: true where this closed it.
  @discardableResult
  mutating func endProbe(answered: Bool, at now: Instant) -> Bool {
    guard state == .probing else { return false }
    guard answered else {
      open(at: now)
      return false
    }
    let pause = pause
    self = RedisBreaker()
    self.pause = pause
    return true
  }

  private mutating func open(at now: Instant) {
    state = .open(until: now.advanced(by: pause))
    pause = min(pause * 2, RedisBreaker.longestPause)
  }

  /// A new connection begins with a clean slate.
  mutating func reset() {
    self = RedisBreaker()
  }
}
