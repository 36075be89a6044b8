import Resilience
import Timing

/// When a token is fetched, and whether the one that was fetched may be used: a value, events and instants in, actions out.
/// Whoever runs it does one fetch at a time, which has a deadline of its own.
struct AccessTokenSchedule: Sendable {
  /// How long a token is used of whose end nothing was said.
  static let defaultLife: Duration = .seconds(5 * 60)
  /// How long one is used at most, whatever was said.
  static let longestLife: Duration = .seconds(24 * 3600)
  /// It is renewed in the last fifth of its life, so long before its end at most.
  static let longestRenewal: Duration = .seconds(5 * 60)
  /// Between two fetches that went well, however short tokens live.
  static let shortestPause: Duration = .seconds(1)
  /// A token that backends refuse is fetched anew at most once in this time.
  static let pauseOfRefusals: Duration = .seconds(10)

  enum Event: Sendable {
    case fetched(AccessToken)
    /// - Parameter chance: 0 to 1, drawn; it spreads the attempts of a fleet.
    case failed(chance: Double)
    /// The instant of `wakeUp` is there, or it began.
    case clock
  }

  /// What a request does that has no token.
  enum Answer: Hashable, Sendable {
    /// It waits for a fetch that is to begin now.
    case fetch
    /// It waits for the fetch that goes on.
    case wait
    /// There is none to be had: the last fetch failed just now.
    case unavailable
  }

  /// What follows from a token that was refused.
  enum Refusal: Hashable, Sendable {
    /// There is another by now.
    case changed
    /// One is to be fetched now.
    case fetch
    /// One is being fetched.
    case wait
    /// There won't be another: one was fetched for that just now, or can't be had.
    case stands
  }

  /// When the clock is to be told next; `nil` while a fetch goes on that it would wait for.
  var wakeUp: Instant? {
    [issued == nil ? nil : endsAt, isFetching ? nil : nextFetch].compactMap(\.self).min()
  }

  private var issued: IssuedToken?
  private var number = 0
  private var endsAt = Instant(nanoseconds: .min)
  private var nextFetch = Instant(nanoseconds: .min)
  /// When the fetch that goes on was begun; the token's life is counted from there.
  private var begunAt = Instant(nanoseconds: .min)
  private var isFetching = false
  private var lastRefusal: Instant?
  private var failures = Backoff(first: .seconds(1), longest: .seconds(30))

  /// The token that counts.
  /// - Parameter refused: the number of one that is none.
  func token(after refused: Int? = nil, at now: Instant) -> IssuedToken? {
    guard let issued, now < endsAt, issued.number != refused else { return nil }
    return issued
  }

  /// Returns whether a fetch is to begin now.
  mutating func take(_ event: Event, at now: Instant) -> Bool {
    switch event {
    case .fetched(let token):
      isFetching = false
      failures.reset()
      number += 1
      issued = IssuedToken(token, number: number)
      let life = min(max(token.lifetime ?? Self.defaultLife, Self.shortestPause), Self.longestLife)
      endsAt = begunAt.advanced(by: life)
      let renewal = endsAt.advanced(by: .zero - min(life / 5, Self.longestRenewal))
      nextFetch = max(renewal, now.advanced(by: Self.shortestPause))
    case .failed(let chance):
      isFetching = false
      nextFetch = now.advanced(by: failures.next(chance: chance))
    case .clock:
      break
    }
    if issued != nil, now >= endsAt { issued = nil }
    guard !isFetching, now >= nextFetch else { return false }
    begin(at: now)
    return true
  }

  /// A request needs a token, and `token` has none for it.
  mutating func ask(at now: Instant) -> Answer {
    if isFetching { return .wait }
    guard now >= nextFetch else { return .unavailable }
    begin(at: now)
    return .fetch
  }

  /// A backend refused the token of this number.
  mutating func refuse(_ number: Int, at now: Instant) -> Refusal {
    if token(after: number, at: now) != nil { return .changed }
    if isFetching { return .wait }
    let isSoon = lastRefusal.map { now < $0.advanced(by: Self.pauseOfRefusals) } ?? false
    if isSoon || failures.failures > 0 && now < nextFetch { return .stands }
    lastRefusal = now
    begin(at: now)
    return .fetch
  }

  private mutating func begin(at now: Instant) {
    isFetching = true
    begunAt = now
  }
}
