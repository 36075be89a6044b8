import Reactor
import Timing

// The end of kept connections that are old, or idle for too long. They are shut down here: libcurl sees that before it
// would use one again, and closes its descriptor then.
extension TransferLoop: TimerTarget {
  /// Between two sweeps that nothing new asks for.
  private static let leastPause = Duration.milliseconds(100)

  /// A connection was kept.
  func sweep(at time: Instant) {
    guard time < sweepsAt else { return }
    if let sweepTimer { reactor.cancel(sweepTimer) }
    sweepsAt = time
    sweepTimer = reactor.schedule(at: time, self)
  }

  package func timerFired() {
    sweepTimer = nil
    sweepsAt = .distantFuture
    let now = Instant.now()
    for descriptor in sockets.expired(now, isSureOfAll: unplaced == 0) { shutDown(descriptor) }
    let next = sockets.nextExpiry
    if next != .distantFuture { sweep(at: max(next, now.advanced(by: Self.leastPause))) }
  }

  package func timerDropped() {
    sweepTimer = nil
  }
}
