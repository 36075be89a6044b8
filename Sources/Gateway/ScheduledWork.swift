import Composing
import Reactor
import Timing

/// *Confined to its reactor's thread.* A closure at a time, which can be given up.
final class ScheduledWork: Cancellable {
  private let reactor: Reactor
  private let timer: TimerToken

  init(at instant: Instant, on reactor: Reactor, _ body: @escaping () -> Void) {
    self.reactor = reactor
    timer = reactor.schedule(at: instant, body)
  }

  func cancel() {
    reactor.cancel(timer)
  }
}
