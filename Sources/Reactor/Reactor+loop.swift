import CEpoll
import Glibc
import Timing

extension Reactor {
  /// The thread's body. A turn: wait, hand on what the sockets say, fire what is due, then jobs and the driver by turns
  /// until both are still or the batch is used up; then the sockets get their turn again.
  func run() {
    weft_name_thread(name)
    runner.store(UInt(pthread_self()), ordering: .relaxed)
    pthread_setspecific(Self.threadKey, Unmanaged.passUnretained(self).toOpaque())
    var wakeAt = Instant.distantFuture
    while !finishIfStopped() {
      poller.wait(milliseconds: sleepTime(until: wakeAt)) { driver?.descriptorReady($0, is: $1) }
      takeInbox()
      fireTimers()
      wakeAt = settle()
      endTurn()
    }
  }

  func endTurn() {
    while let target = turnEnds.popLast() { target.turnEnded() }
  }

  func settle() -> Instant {
    var left = Self.batch
    var wakeAt = driver?.advance() ?? .distantFuture
    while left > 0, !work.isEmpty {
      while left > 0, let item = work.next() {
        run(item)
        left -= 1
      }
      wakeAt = driver?.advance() ?? .distantFuture
    }
    return wakeAt
  }

  /// For epoll: 0 while there is work, -1 where nothing is scheduled; rounded up, so that a timer is never early.
  private func sleepTime(until wakeAt: Instant) -> Int32 {
    guard work.isEmpty else { return 0 }
    let time = min(wakeAt, timers.next)
    var left = Int64.max
    if time != .distantFuture {
      left = time.nanoseconds - Instant.now().nanoseconds
      if left <= 0 { return 0 }
    }
    let maySleep = inbox.withLock { inbox in
      inbox.isAsleep = inbox.work.isEmpty && inbox.phase == .running
      return inbox.isAsleep
    }
    guard maySleep else { return 0 }
    return left == .max ? -1 : Int32(clamping: (left + 999_999) / 1_000_000)
  }

  func takeInbox() {
    let phase = inbox.withLock { inbox in
      inbox.isAsleep = false
      work.take(&inbox.work)
      return inbox.phase
    }
    if phase == .stopping, !isStopping { beginStop() }
  }

  func fireTimers() {
    guard timers.count > 0 else { return }
    let now = Instant.now()
    while let target = timers.popDue(now) { target.timerFired() }
  }

  func beginStop() {
    isStopping = true
    driver?.reactorWillStop()
    driver = nil
    while let target = timers.popDue(.distantFuture) { target.timerDropped() }
  }

  /// Ends the thread's work once a stop was asked for and nothing is left to run.
  func finishIfStopped() -> Bool {
    guard isStopping, work.isEmpty else { return false }
    return inbox.withLock { inbox in
      guard inbox.work.isEmpty else { return false }
      inbox.phase = .stopped
      runner.store(0, ordering: .relaxed)
      return true
    }
  }
}
