import Glibc

extension Reactor {
  /// Thread-safe.
  package func enqueue(_ job: consuming ExecutorJob) {
    post(.job(UnownedJob(job)))
  }

  /// Thread-safe. Runs `body` on the reactor's thread, in order with the jobs, never before this returns.
  package func execute(_ body: @escaping @Sendable () -> Void) {
    post(.closure(body))
  }

  /// Thread-safe.
  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Thread-safe.
  package func checkIsolated() {
    precondition(isCurrent, "not on the thread of reactor \(name)")
  }

  private func post(_ item: WorkQueue.Item) {
    if isCurrent {
      work.append(item)
      return
    }
    enum Next { case nothing, wake, drain }
    let next: Next = inbox.withLock { inbox in
      inbox.work.append(item)
      if inbox.phase == .stopped {
        defer { inbox.isDraining = true }
        return inbox.isDraining ? .nothing : .drain
      }
      guard inbox.isAsleep else { return .nothing }
      inbox.isAsleep = false
      return .wake
    }
    switch next {
    case .nothing: break
    case .wake: poller.wake()
    case .drain: drain()
    }
  }

  /// After the stop there is no thread: whoever brings work while nobody drains runs all of it, in order.
  private func drain() {
    runner.store(UInt(pthread_self()), ordering: .relaxed)
    while true {
      runAll()
      let isDone = inbox.withLock { inbox in
        work.take(&inbox.work)
        guard work.isEmpty else { return false }
        runner.store(0, ordering: .relaxed)
        inbox.isDraining = false
        return true
      }
      if isDone { return }
    }
  }

  private func runAll() {
    while let item = work.next() { run(item) }
  }

  func run(_ item: WorkQueue.Item) {
    switch item {
    case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
    case .closure(let body): body()
    case .taken: break
    }
  }
}
