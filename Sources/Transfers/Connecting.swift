import Reactor
import Resolving
import Timing

/// *Confined to its loop.* A transfer's way to a connection, where that has more than one step: it waits for a name, or
/// goes from one address to the next. Together they have the origin's `connectTimeout`. Held by its transfer.
final class Connecting: TimerTarget {
  private unowned let loop: TransferLoop
  /// `nil` once the transfer has ended.
  private(set) var transfer: (any Transfer)?
  let deadline: Instant
  /// No connection could be made to these.
  private(set) var tried: [Destination] = []
  /// The failure of the last of them.
  private(set) var failure: TransferFailure?
  /// How often the request was begun.
  private(set) var attempts = 0
  /// Whose lookup it waits for.
  var name: HostName?
  private var timer: TimerToken?

  init(_ transfer: any Transfer, since start: Instant) {
    loop = transfer.loop
    self.transfer = transfer
    deadline = start.advanced(by: transfer.origin.settings.connectTimeout)
  }

  func failed(_ destination: Destination, _ failure: TransferFailure, attempts: Int) {
    tried.append(destination)
    self.failure = failure
    self.attempts = attempts
  }

  /// Shares the time: while there is another address, one gets half of the time that is left, as libcurl would have it.
  func shareTime(at now: Instant) {
    let end = min(deadline, transfer?.timeLimit ?? .distantFuture)
    setTimer(now.advanced(by: now.duration(to: end) / 2))
  }

  func setTimer(_ time: Instant) {
    stopTimer()
    timer = loop.reactor.schedule(at: time, self)
  }

  func stopTimer() {
    if let timer { loop.reactor.cancel(timer) }
    timer = nil
  }

  func end() {
    stopTimer()
    transfer = nil
  }

  func timerFired() {
    timer = nil
    loop.connectingIsDue(self)
  }

  func timerDropped() {
    timer = nil
  }
}
