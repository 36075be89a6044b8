import Caching
import Locking

/// What the parts of one answer say of how long it may be kept. *Guarded by* its lock.
final class FetchNotes: Sendable {
  private struct State {
    var bound: Duration?
    var control: [CacheDirectives] = []
    var hasStale = false
    var tags: [CacheTag] = []
  }

  private let state = Locked(State())

  /// A value that is kept went into the answer; it stays fresh for `rest`.
  func used(freshFor rest: Duration, isStale: Bool, tags: [CacheTag]) {
    state.withLock { state in
      state.bound = min(state.bound ?? rest, max(.zero, rest))
      state.hasStale = state.hasStale || isStale
      for tag in tags where !state.tags.contains(tag) { state.tags.append(tag) }
    }
  }

  /// What a backend's answer says, as from now on.
  func heard(_ directives: CacheDirectives) {
    state.withLock { $0.control.append(directives) }
  }

  /// By the names of its parts an answer is purged too.
  var tags: [CacheTag] { state.withLock { $0.tags } }

  /// What is left of a route's lifetime.
  /// - Parameters:
  ///   - inherits: it is as long as the parts'.
  ///   - partialTtl: of an answer with a stale part in it, which else is not kept.
  func limiting(_ lifetime: CacheLifetime, inherits: Bool, partialTtl: Duration?) -> CacheLifetime {
    state.withLock { state in
      var limited = lifetime
      if inherits { limited = limited.limited(to: state.bound ?? .zero) }
      for directives in state.control { limited = directives.limiting(limited) }
      if state.hasStale { limited = CacheLifetime(ttl: min(partialTtl ?? .zero, limited.ttl)) }
      if limited.ttl == .zero { limited = CacheLifetime(ttl: .zero) }
      return limited
    }
  }
}
