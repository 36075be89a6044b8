import Timing

/// The kinds of work that Redis refuses now, and what of it is due to be told.
///
/// What was last refused counts as refused until it succeeds: a full Redis that is still read refuses to write until
/// something was written.
package struct Refusals: Sendable {
  /// The work that Redis was asked for: of connections their own, of whoever uses them reading and writing.
  package enum Work: String, CaseIterable, Sendable {
    case connect, read, write, subscribe, topology
  }

  struct Report: Hashable, Sendable {
    var work: Work
    /// Redis' own words, cut.
    var words: String
    /// The refusals since the last report, this one included.
    var count: Int
  }

  /// The time in which the same kind of error is told once.
  static let pause: Duration = .seconds(60)
  /// Kinds, by an error's first word; more at once are only counted.
  static let mostKinds = 16
  static let longestWords = 200

  private struct Kind {
    var told: Instant
    var untold = 0
  }

  private(set) var current: [Work: String] = [:]
  private var kinds: [Substring: Kind] = [:]
  private var isTold = false

  /// Redis' words about one of the works that it refuses: the first in `Work`'s order.
  var words: String? {
    for work in Work.allCases { if let words = current[work] { return words } }
    return nil
  }

  /// - Returns: what is to be logged.
  mutating func refused(_ work: Work, _ failure: RedisFailure, at now: Instant) -> Report? {
    let words = String("\(failure)".prefix(Refusals.longestWords))
    current[work] = words
    let name = failure.code ?? ""
    if kinds[name] == nil, kinds.count >= Refusals.mostKinds {
      kinds = kinds.filter { now < $0.value.told.advanced(by: Refusals.pause) }
      guard kinds.count < Refusals.mostKinds else { return nil }
    }
    if let kind = kinds[name], now < kind.told.advanced(by: Refusals.pause) {
      kinds[name]?.untold += 1
      return nil
    }
    let count = (kinds[name]?.untold ?? 0) + 1
    kinds[name] = Kind(told: now)
    isTold = true
    return Report(work: work, words: words, count: count)
  }

  /// - Returns: true where nothing is refused any more, and it had been told that something was.
  mutating func done(_ work: Work) -> Bool {
    current[work] = nil
    return isClear()
  }

  /// Forgets what is of a connection: whether a new one's server refuses the same is not known.
  mutating func connected() -> Bool {
    for work in [Work.connect, .read, .write] { current[work] = nil }
    return isClear()
  }

  private mutating func isClear() -> Bool {
    guard current.isEmpty, isTold else { return false }
    isTold = false
    return true
  }
}
