import Locking

@testable import Reactor

/// A running reactor, for one test.
func withReactor<R: Sendable>(_ body: @Sendable (Reactor) async throws -> R) async rethrows -> R {
  let reactor = Reactor(name: "test")
  reactor.start()
  defer { reactor.stop() }
  return try await body(reactor)
}

extension Reactor {
  /// Runs `body` on the reactor's thread.
  func call<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in execute { continuation.resume(returning: body()) } }
  }
}

/// *Guarded by its lock.* Gathers values from any thread.
final class Collector<Value: Sendable>: Sendable {
  private let values = Locked<[Value]>([])

  func append(_ value: Value) {
    values.withLock { $0.append(value) }
  }

  var all: [Value] { values.withLock { $0 } }
}
