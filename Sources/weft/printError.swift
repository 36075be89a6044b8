import Dispatch
import Foundation
import Locking

/// Writes a line to standard error.
func printError(_ text: String) {
  FileHandle.standardError.write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
}

/// Waits, on the main thread, which runs no tasks, for something asynchronous.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
  let done = DispatchSemaphore(value: 0)
  let box = ResultBox<Value>()
  Task {
    do {
      let value = try await work()
      box.result.withLock { $0 = .success(value) }
    } catch {
      box.result.withLock { $0 = .failure(error) }
    }
    done.signal()
  }
  done.wait()
  return try box.result.withLock { result in
    guard let result else { throw CancellationError() }
    return try result.get()
  }
}

/// *Guarded by* its mutex.
private final class ResultBox<Value: Sendable>: Sendable {
  let result = Locked<Result<Value, any Error>?>(nil)
}
