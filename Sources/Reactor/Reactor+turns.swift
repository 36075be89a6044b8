import Glibc
import Timing

// A reactor without a thread of its own: whoever lends it theirs takes its turns, one after the other, and says when the
// clock goes on.
extension Reactor {
  /// Makes the calling thread the reactor's until `endTurns`, in place of `start`.
  package func beginTurns() {
    let isNew = inbox.withLock { inbox in
      defer { inbox.phase = .running }
      return inbox.phase == .new
    }
    precondition(isNew, "a reactor starts once")
    take()
  }

  private func take() {
    runner.store(UInt(pthread_self()), ordering: .relaxed)
    pthread_setspecific(Self.threadKey, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Takes one turn, which waits for no socket. Returns the instant of the next that has something to do: zero where that
  /// is at once.
  package func takeTurn() -> Instant {
    checkIsolated()
    takeInbox()
    fireTimers()
    let wakeAt = settle()
    endTurn()
    let isIdle = work.isEmpty && inbox.withLock { $0.work.isEmpty }
    return isIdle ? min(wakeAt, timers.next) : Instant(nanoseconds: 0)
  }

  /// Ends all that is under way as `stop` does, and gives the thread back.
  package func endTurns() {
    checkIsolated()
    beginStop()
    repeat {
      while let item = work.next() { run(item) }
      takeInbox()
    } while !finishIfStopped()
    pthread_setspecific(Self.threadKey, nil)
  }
}
