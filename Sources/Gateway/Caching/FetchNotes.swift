import Caching
import Locking
import Messages

/// *Guarded by* its lock. Notes of what the parts of one answer say of how long it may be kept.
final class FetchNotes: Sendable {
  private struct State {
    var bound: Duration?
    var control: [CacheDirectives] = []
    var hasStale = false
    var withholding: Int?
    var tags = DistinctList<CacheTag>(atMost: CompositeCache.mostTags)
  }

  private let state = Locked(State())

  /// Notes that a value that is kept went into the answer; it stays fresh for `rest`.
  func used(freshFor rest: Duration, isStale: Bool, tags: some Sequence<CacheTag>) {
    state.withLock { state in
      state.bound = min(state.bound ?? rest, max(.zero, rest))
      state.hasStale = state.hasStale || isStale
      state.tags.append(contentsOf: tags)
    }
  }

  /// Notes what a backend's response says, as from now on.
  func heard(_ directives: CacheDirectives, of backend: Int) {
    state.withLock { state in
      state.control.append(directives)
      if directives.withholds { state.withholding = state.withholding ?? backend }
    }
  }

  /// The names of the parts, by which an answer is purged too. Where there are too many, one more than that.
  var tags: [CacheTag] { state.withLock { $0.tags.elements } }

  /// The first backend that was heard to say that its responses are not for a cache that others share.
  var withholding: Int? { state.withLock { $0.withholding } }

  /// Returns what is left of a route's lifetime.
  /// - Parameters:
  ///   - inherits: it is as long as the parts'.
  ///   - respectsBackends: it is no longer than what they said.
  ///   - partialTtl: of an answer with a stale part in it, which else is not kept.
  func limiting(_ lifetime: CacheLifetime, inherits: Bool, respectsBackends: Bool, partialTtl: Duration?)
    -> CacheLifetime
  {
    state.withLock { state in
      var limited = lifetime
      if inherits { limited = limited.limited(to: state.bound ?? .zero) }
      for directives in state.control where respectsBackends { limited = directives.limiting(limited) }
      if state.hasStale { limited = CacheLifetime(ttl: min(partialTtl ?? .zero, limited.ttl)) }
      if limited.ttl == .zero { limited = CacheLifetime(ttl: .zero) }
      return limited
    }
  }
}
