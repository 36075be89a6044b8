import Foundation

/// Does what blocks on a thread of its own, so that it takes none of the few threads that the tasks of all tests share.
func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Swift.Result { try work() }) }
    thread.stackSize = 512 * 1024
    thread.start()
  }
}
