import Timing

/// What is known of one name, and when it is asked for again.
///
///     unknown ── wanted ──> asking ──> answered ── 30 s, or a connection failed ──> asking, while the answer serves
///                             └──────> failed ── 1 s ──> asking; an answer from before goes on serving
///
/// Nothing is asked that nobody wants: after a long pause the old answer may belong to somebody else by now, so a new
/// one is waited for, though not for long.
struct NameState: Sendable {
  /// An answer serves for so long before the name is asked again.
  static let lifetime: Duration = .seconds(30)
  /// Between a lookup that failed and the next, and between two that failed connections ask for.
  static let pause: Duration = .seconds(1)
  /// An answer that nobody has asked again for so long is served only where a new one does not come in time.
  static let longestUnasked: Duration = .seconds(60)
  /// That time.
  static let patience: Duration = .milliseconds(250)

  /// Of the last good answer.
  private(set) var addresses: [String] = []
  /// Another number for every other list of addresses; 0 is none.
  private(set) var generation = 0
  private var failure: LookupFailure?
  /// When the last lookup ended, however it did.
  private var heardAt: Instant?
  private var dueAt = Instant(nanoseconds: .min)
  /// When the lookup under way began.
  private var askedAt: Instant?
  /// When a failed connection last made it due.
  private var doubtedAt: Instant?

  var isAsking: Bool { askedAt != nil }

  /// Somebody wants to connect. A lookup may be due: see `ask`.
  func known(at now: Instant) -> KnownName {
    guard !addresses.isEmpty else {
      if let failure, askedAt == nil { return .failure(failure) }
      return .asking(until: nil)
    }
    if let askedAt, let heardAt, heardAt.advanced(by: Self.longestUnasked) <= now {
      let until = askedAt.advanced(by: Self.patience)
      if now < until { return .asking(until: until) }
    }
    return .addresses(addresses, generation: generation)
  }

  /// True: a lookup begins now, and its end must be told to `heard`.
  mutating func ask(at now: Instant) -> Bool {
    guard askedAt == nil, dueAt <= now else { return false }
    askedAt = now
    return true
  }

  mutating func heard(_ result: Result<[String], LookupFailure>, at now: Instant) {
    askedAt = nil
    heardAt = now
    switch result {
    case .success(let found):
      if found != addresses { generation += 1 }
      addresses = found
      failure = nil
      dueAt = now.advanced(by: Self.lifetime)
    case .failure(let failure):
      self.failure = failure
      dueAt = now.advanced(by: Self.pause)
    }
  }

  /// A connection to one of the addresses could not be made. The name is due at once, though not again and again.
  mutating func doubt(at now: Instant) {
    guard askedAt == nil else { return }
    let earliest = doubtedAt.map { max(now, $0.advanced(by: Self.pause)) } ?? now
    guard earliest < dueAt else { return }
    dueAt = earliest
    doubtedAt = earliest
  }
}

/// What can be said of a name now.
package enum KnownName: Equatable, Sendable {
  /// In numbers; at least one. `generation` changes when they do.
  case addresses([String], generation: Int)
  case failure(LookupFailure)
  /// A lookup is under way, and worth waiting for: until then, or until it ends.
  case asking(until: Instant?)
}

/// Why a name has no addresses, in words for the log.
package struct LookupFailure: Error, Equatable, Sendable {
  package let reason: String

  package init(_ reason: String) {
    self.reason = reason
  }
}
