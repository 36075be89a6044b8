import Reactor
import Timing

/// Whoever makes several attempts. *Confined to* its loop's thread.
protocol Retrying: AnyObject {
  /// Makes the next attempt.
  func start()
  /// The loop stops: there is none.
  func cancel()
}

/// *Confined to its loop's thread.* The pause before the next attempt.
final class RetryPause: TimerTarget {
  /// `nil` once the pause is over.
  private var owner: (any Retrying)?
  private var timer: TimerToken?

  init(_ owner: any Retrying) {
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
    waiting?.start()
  }

  /// The reactor stops.
  func timerDropped() {
    let waiting = owner
    owner = nil
    waiting?.cancel()
  }
}
