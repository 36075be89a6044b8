import Timing

extension Reactor {
  /// *Confined to the reactor's thread.* A closure as a timer.
  private final class ClosureTimer: TimerTarget {
    let body: () -> Void

    init(_ body: @escaping () -> Void) {
      self.body = body
    }

    func timerFired() { body() }
    func timerDropped() {}
  }

  /// *Confined to the reactor's thread.* A task that sleeps; `wake` is safe to call twice.
  private final class Sleeper: TimerTarget, @unchecked Sendable {
    var continuation: UnsafeContinuation<Bool, Never>?
    var token: TimerToken?
    var isCancelled = false

    func wake(_ inTime: Bool) {
      continuation?.resume(returning: inTime)
      continuation = nil
    }

    func timerFired() { wake(true) }
    func timerDropped() { wake(false) }
  }

  /// On the reactor's thread. Fires at most a millisecond late when the loop is idle, never early. After a stop it
  /// never fires: `target` is told so at once.
  package func schedule(at time: Instant, _ target: any TimerTarget) -> TimerToken {
    guard !isStopping else {
      target.timerDropped()
      return TimerToken(slot: -1, generation: 0)
    }
    return timers.insert(target, at: time)
  }

  /// On the reactor's thread. Dropped without a call when the reactor stops first.
  package func schedule(at time: Instant, _ body: @escaping () -> Void) -> TimerToken {
    schedule(at: time, ClosureTimer(body))
  }

  /// On the reactor's thread. A token of a timer that has fired is harmless.
  package func cancel(_ token: TimerToken) {
    timers.remove(token)
  }

  /// Thread-safe. Returns at `time`; throws when the task is cancelled or the reactor stops.
  package func sleep(until time: Instant) async throws(CancellationError) {
    let sleeper = Sleeper()
    let inTime = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        onThread { [self] in
          sleeper.continuation = continuation
          if sleeper.isCancelled {
            sleeper.wake(false)
          } else {
            sleeper.token = schedule(at: time, sleeper)
          }
        }
      }
    } onCancel: {
      execute { [self] in
        sleeper.isCancelled = true
        if let token = sleeper.token { cancel(token) }
        sleeper.wake(false)
      }
    }
    if !inTime { throw CancellationError() }
  }

  /// Thread-safe. Now if this is the reactor's thread, else in turn.
  private func onThread(_ body: @escaping @Sendable () -> Void) {
    if isCurrent { body() } else { execute(body) }
  }
}
