import Locking
import Timing

/// *Guarded by its lock.* Fetches that a test ends, and a clock that it sets.
package final class ScriptedFetches<Value: Sendable>: Sendable {
  package typealias Completion = @Sendable (Value?) -> Void

  private struct State {
    var now = Instant(nanoseconds: 0)
    var completions: [Completion] = []
    var timers: [Int: (at: Instant, body: @Sendable () -> Void)] = [:]
    var nextTimer = 0
    var fetches = 0
    var ready: [Value?]
  }

  private let state: Locked<State>

  /// - Parameter ready: what the first fetches give at once; `nil`: they fail.
  package init(ready: [Value?] = []) {
    state = Locked(State(ready: ready))
  }

  /// How many were begun.
  package var fetches: Int { state.withLock { $0.fetches } }
  /// How many wait for their instant.
  package var timers: Int { state.withLock { $0.timers.count } }

  // MARK: What is called by what is tested

  package func now() -> Instant { state.withLock { $0.now } }

  package func fetch(_ completion: @escaping Completion) {
    let ready: Value?? = state.withLock { state in
      state.fetches += 1
      if state.ready.isEmpty {
        state.completions.append(completion)
        return .none
      }
      return .some(state.ready.removeFirst())
    }
    if let ready { completion(ready) }
  }

  package func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    let number = state.withLock { state in
      state.nextTimer += 1
      state.timers[state.nextTimer] = (instant, body)
      return state.nextTimer
    }
    return { [self] in state.withLock { _ = $0.timers.removeValue(forKey: number) } }
  }

  // MARK: What is called by tests

  /// Ends the fetches that are under way.
  /// - Parameter value: `nil`: they fail.
  package func end(_ value: Value?) {
    let completions = state.withLock { state in
      defer { state.completions = [] }
      return state.completions
    }
    for completion in completions { completion(value) }
  }

  /// Sets the clock, and calls what is due by then.
  package func advance(by duration: Duration) {
    let due: [@Sendable () -> Void] = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let now = state.now
      let due = state.timers.filter { $0.value.at <= now }
      for number in due.keys { state.timers[number] = nil }
      return due.values.map(\.body)
    }
    for body in due { body() }
  }
}
