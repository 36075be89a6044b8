import Foundation

/// Runs each piece of a task on a thread of its own, so that a test may block in a socket without holding up others:
/// the shared pool has as many threads as the machine has cores. Immutable.
final class ThreadExecutor: TaskExecutor {
  static let shared = ThreadExecutor()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }.start()
  }
}
