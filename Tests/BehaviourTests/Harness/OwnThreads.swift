import TestSockets
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
