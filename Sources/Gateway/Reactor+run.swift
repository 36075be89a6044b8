import Reactor
import Timing

extension Reactor {
  /// Calls `body` on its thread at the instant, unless what this returns was called before, or it stops. Thread-safe.
  func run(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    let task = Task(executorPreference: self) {
      do { try await self.sleep(until: instant) } catch { return }
      body()
    }
    return { task.cancel() }
  }
}
