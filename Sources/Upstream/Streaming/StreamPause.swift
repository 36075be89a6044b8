import Reactor
import Timing

/// *Confined to its loop's thread.* The pause before a stream's next attempt.
final class StreamPause: TimerTarget {
  /// `nil` once the pause is over.
  private var stream: UpstreamStream?
  private var timer: TimerToken?

  init(_ stream: UpstreamStream) {
    self.stream = stream
  }

  func begin(until time: Instant, on reactor: Reactor) {
    timer = reactor.schedule(at: time, self)
  }

  func cancel(on reactor: Reactor) {
    stream = nil
    if let timer { reactor.cancel(timer) }
  }

  func timerFired() {
    let waiting = stream
    stream = nil
    waiting?.start()
  }

  /// The reactor stops.
  func timerDropped() {
    stream?.cancel()
    stream = nil
  }
}
