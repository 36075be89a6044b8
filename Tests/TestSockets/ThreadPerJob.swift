import Foundation

/// *Immutable.* Runs each piece of a task on a thread of its own, so that a test may block in a socket without holding
/// up others: the shared pool has as many threads as the machine has cores.
package final class ThreadPerJob: TaskExecutor {
  package static let shared = ThreadPerJob()

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    startThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Starts a thread with a small stack (512 KiB): there may be a thousand of them.
package func startThread(_ work: @escaping @Sendable () -> Void) {
  let thread = Thread(block: work)
  thread.stackSize = 512 * 1024
  thread.start()
}
