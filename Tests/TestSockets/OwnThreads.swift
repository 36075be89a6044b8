import Testing

/// Threads of their own for the tests of a suite that block: they must take none of the few threads that the tasks of all
/// other tests share. `willBlock` finds the suite that lacks it.
package struct OwnThreads: TestTrait, SuiteTrait, TestScoping {
  package var isRecursive: Bool { true }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    try await withTaskExecutorPreference(ThreadPerJob.shared, operation: function)
  }
}

extension Trait where Self == OwnThreads {
  package static var ownThreads: Self { Self() }
}

/// Called by whatever a test calls that may wait for a socket, a process, a lock or a time. Fails the test that waits on
/// a thread of Swift's cooperative pool, which has no more threads than the machine has cores.
package func willBlock() {
  withUnsafeCurrentTask { task in
    guard let task, task.unownedTaskExecutor == nil else { return }
    Issue.record("a test blocks a thread that all tasks share: give its suite .ownThreads")
  }
}
