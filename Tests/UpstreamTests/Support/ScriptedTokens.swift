import Locking
import Plans
import Timing

@testable import Upstream

/// *Guarded by its lock.* A fetcher that is told what it fetches, and a clock that is set.
final class ScriptedTokens: AccessTokenFetcher {
  private struct State {
    var now = Instant(nanoseconds: 0)
    var completions: [@Sendable (AccessToken?) -> Void] = []
    var timers: [Int: (at: Instant, body: @Sendable () -> Void)] = [:]
    var nextTimer = 0
    var fetches = 0
    /// What is given at once; the first of them, and then the next.
    var ready: [AccessToken?] = []
  }

  private let state = Locked(State())

  /// - Parameter ready: what the first fetches give at once.
  init(_ ready: String?...) {
    let tokens = ready.map { $0.map { AccessToken(Secret($0), lifetime: nil) } }
    state.withLock { $0.ready = tokens }
  }

  var fetches: Int { state.withLock { $0.fetches } }
  var timers: Int { state.withLock { $0.timers.count } }

  func now() -> Instant { state.withLock { $0.now } }

  func fetch(_ plan: OAuth2Plan, by backends: BackendPool, completion: @escaping @Sendable (AccessToken?) -> Void) {
    let ready: AccessToken?? = state.withLock { state in
      state.fetches += 1
      if state.ready.isEmpty {
        state.completions.append(completion)
        return .none
      }
      return .some(state.ready.removeFirst())
    }
    if let ready { completion(ready) }
  }

  func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    let number = state.withLock { state in
      state.nextTimer += 1
      state.timers[state.nextTimer] = (instant, body)
      return state.nextTimer
    }
    return { [self] in state.withLock { _ = $0.timers.removeValue(forKey: number) } }
  }

  /// Ends the fetches that are under way.
  /// - Parameter text: `nil`: they fail.
  func end(_ text: String?, lifetime: Duration? = nil) {
    let completions: [@Sendable (AccessToken?) -> Void] = state.withLock { state in
      defer { state.completions = [] }
      return state.completions
    }
    for completion in completions { completion(text.map { AccessToken(Secret($0), lifetime: lifetime) }) }
  }

  func advance(by duration: Duration) {
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

extension OAuth2Plan {
  static let test = OAuth2Plan(
    FetchPlace("https://id", "/token"), clientID: "weft", clientSecret: Secret("s"))
}
