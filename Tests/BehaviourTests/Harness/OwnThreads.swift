import Foundation
import Testing

/// Runs the tests of a suite on threads of their own: they block, and must take none of the few threads that the tasks
/// of all other tests share.
struct OwnThreads: TestTrait, SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(ThreadPerJob.shared, operation: function)
  }
}

extension Trait where Self == OwnThreads {
  static var ownThreads: Self { Self() }
}

/// A task executor with a new thread for each job. Immutable.
private final class ThreadPerJob: TaskExecutor {
  static let shared = ThreadPerJob()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    startThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Starts a thread with a small stack: there may be a thousand of them.
func startThread(_ work: @escaping @Sendable () -> Void) {
  let thread = Thread(block: work)
  thread.stackSize = 512 * 1024
  thread.start()
}
