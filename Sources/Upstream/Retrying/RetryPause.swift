import Reactor
import Timing

/// *Confined to its loop's thread.* The pause before the next attempt.
final class RetryPause: TimerTarget {
  /// `nil` once the pause is over.
  private var owner: (any UpstreamCourse)?
  private var timer: TimerToken?

  init(_ owner: any UpstreamCourse) {
    self.owner = owner
  }

  func begin(until time: Instant, on reactor: Reactor) {
    timer = reactor.schedule(at: time, self)
  }

  func cancel(on reactor: Reactor) {
    owner = nil
    if let timer { reactor.cancel(timer) }
  }

  func timerFired() {
    let waiting = owner
    owner = nil
    waiting?.proceed()
  }

  /// The reactor stops.
  func timerDropped() {
    let waiting = owner
    owner = nil
    waiting?.giveUp()
  }
}
