import Resilience
import Timing

/// When keys that are published under a URL are fetched, and whether those that were fetched may be used: a value, events
/// and instants in, actions out. Whoever runs it does one fetch at a time, which has a deadline of its own.
package struct KeySource: Sendable {
  /// How long fetched keys are fresh, whatever `Cache-Control` says; where it says nothing, for the shorter.
  package static let shortestLife: Duration = .seconds(5 * 60)
  package static let longestLife: Duration = .seconds(24 * 3600)
  /// How long keys serve behind that, where no others can be had.
  package static let staleLife: Duration = .seconds(24 * 3600)
  /// Keys are fetched for an unknown `kid` at most once in this time.
  package static let pauseOfQuestions: Duration = .seconds(30)

  package enum Event: Sendable {
    /// - Parameter lifetime: as `Cache-Control` has it.
    case fetched(KeySet, lifetime: Duration?)
    /// - Parameter chance: 0 to 1, drawn; it spreads the attempts of a fleet.
    case failed(chance: Double)
    /// The instant of `wakeUp` is there, or it began.
    case clock
  }

  /// What becomes of a token whose `kid` no key has.
  package enum Answer: Hashable, Sendable {
    /// It waits for a fetch that is to begin now.
    case fetch
    /// It waits for the fetch that goes on.
    case wait
    /// It is refused: keys were asked for lately.
    case refuse
    /// Nothing can be said of it: there are no keys, or the last fetch has failed.
    case unavailable
  }

  /// The keys that count; nil before the first fetch, and where the last one is too long ago.
  package private(set) var keys: KeySet?
  /// When the clock is to be told next; nil while a fetch goes on that it would wait for.
  package var wakeUp: Instant? {
    let ends = keys == nil ? nil : servesUntil
    return [ends, isFetching ? nil : nextFetch].compactMap(\.self).min()
  }

  private var nextFetch = Instant(nanoseconds: .min)
  private var servesUntil = Instant(nanoseconds: .min)
  private var isFetching = false
  private var lastQuestion: Instant?
  private var failures = Backoff(first: .seconds(1), longest: .seconds(60))

  package init() {}

  /// Returns whether a fetch is to begin now.
  package mutating func take(_ event: Event, at now: Instant) -> Bool {
    switch event {
    case .fetched(let fetched, let lifetime):
      isFetching = false
      failures.reset()
      keys = fetched
      nextFetch = now.advanced(by: min(max(lifetime ?? .zero, Self.shortestLife), Self.longestLife))
      servesUntil = nextFetch.advanced(by: Self.staleLife)
    case .failed(let chance):
      isFetching = false
      nextFetch = now.advanced(by: failures.next(chance: chance))
    case .clock:
      break
    }
    if keys != nil, now >= servesUntil { keys = nil }
    guard !isFetching, now >= nextFetch else { return false }
    isFetching = true
    return true
  }

  /// A token's `kid` is not among the keys.
  package mutating func ask(at now: Instant) -> Answer {
    guard keys != nil else { return .unavailable }
    if isFetching { return .wait }
    if let lastQuestion, now < lastQuestion.advanced(by: Self.pauseOfQuestions) {
      return failures.failures > 0 ? .unavailable : .refuse
    }
    lastQuestion = now
    isFetching = true
    return .fetch
  }
}
