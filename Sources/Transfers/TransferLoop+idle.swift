import Reactor
import Timing

// The end of kept connections that are old, idle for too long, or of no use any more. They are shut down here: libcurl
// sees that before it would use one again, and closes its descriptor then.
extension TransferLoop: TimerTarget {
  /// The pause between two sweeps that nothing new asks for.
  private static let leastPause = Duration.milliseconds(100)

  /// Sweeps at `time`, where that is sooner than it would be: a connection was kept.
  func sweep(at time: Instant) {
    guard time < sweepsAt else { return }
    if let sweepTimer { reactor.cancel(sweepTimer) }
    sweepsAt = time
    sweepTimer = reactor.schedule(at: time, self)
  }

  /// Thread-safe. Nobody is going to ask these origins any more: their kept connections end, and those of what is under
  /// way are not kept.
  package func retire(_ origins: [Origin]) {
    for origin in origins { origin.retire() }
    reactor.execute { [self] in
      idle.removeAll { handle in origins.contains { $0 === handle.origin } }
      let now = Instant.now()
      sockets.retire(Set(origins.map(ObjectIdentifier.init)), at: now)
      sweep(at: now)
    }
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
