import Locking
import Plans
import Timing
import Tokens

/// The way to keys that are published, and the clock by which they are kept. A test scripts one.
package protocol KeyFetcher: Sendable {
  func now() -> Instant

  /// Begins to fetch, with a deadline of its own. `completion` is called once, on any thread: `nil` where there is nothing
  /// to be had, of which was told in the log.
  func fetch(_ plan: PublishedKeysPlan, completion: @escaping @Sendable (FetchedKeys?) -> Void)

  /// Calls `body` at the instant, on any thread, unless what this returns was called before.
  func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void
}

/// Keys as they were fetched. A value.
package struct FetchedKeys: Sendable {
  package let keys: KeySet
  /// For how long they are fresh, as `Cache-Control` has it.
  package let lifetime: Duration?

  package init(_ keys: KeySet, lifetime: Duration?) {
    self.keys = keys
    self.lifetime = lifetime
  }
}

/// Keys that are published somewhere, kept fresh behind the requests for as long as somebody has this. *Guarded by its
/// lock.*
package final class PublishedKeys: Sendable {
  /// Requests that may wait for a fetch at once; to more nothing can be said.
  package static let mostWaiting = 1000

  /// Keys, and how many sets were fetched up to them.
  package struct Current: Sendable {
    package let keys: KeySet
    fileprivate let number: Int
  }

  /// What becomes of a token whose `kid` no key has.
  package enum Answer: Sendable {
    /// It is told later.
    case waits
    /// Keys were asked for lately, and did not have it either.
    case refused
    /// Nothing can be said of it.
    case unavailable
    /// There are others by now.
    case changed(KeySet)
  }

  private typealias Waiter = @Sendable (KeySet?) -> Void

  private struct State {
    var source = KeySource()
    var number = 0
    var waiting: [Waiter] = []
    var cancelTimer: (@Sendable () -> Void)?

    var current: Current? { source.keys.map { Current(keys: $0, number: number) } }

    mutating func takeWaiting() -> [Waiter] {
      defer { waiting = [] }
      return waiting
    }
  }

  private let plan: PublishedKeysPlan
  private let fetcher: any KeyFetcher
  private let state = Locked(State())

  package init(_ plan: PublishedKeysPlan, by fetcher: any KeyFetcher) {
    self.plan = plan
    self.fetcher = fetcher
  }

  deinit {
    state.withLock { $0.cancelTimer }?()
  }

  /// The keys that count; `nil` before the first fetch, and where the last is too long ago. Any thread.
  package var current: Current? { state.withLock { $0.current } }

  /// Some were fetched, be it long ago. Any thread.
  package var wereFetched: Bool { state.withLock { $0.number > 0 } }

  /// Begins to fetch, once; does not wait for it.
  package func start() { take(.clock) }

  /// Asks for keys because of a token whose `kid` none of those has that it was tried with: at most one fetch goes on, and
  /// one begins in 30 s, however many such tokens come. Any thread.
  /// - Parameter later: called once where the answer is `.waits`: with the keys then, or `nil` where they can't be had.
  package func ask(after tried: Current, later: @escaping @Sendable (KeySet?) -> Void) -> Answer {
    let now = fetcher.now()
    let (answer, begins): (Answer, Bool) = state.withLock { state in
      if let current = state.current, current.number != tried.number { return (.changed(current.keys), false) }
      switch state.waiting.count < Self.mostWaiting ? state.source.ask(at: now) : .unavailable {
      case .refuse: return (.refused, false)
      case .unavailable: return (.unavailable, false)
      case .wait:
        state.waiting.append(later)
        return (.waits, false)
      case .fetch:
        state.waiting.append(later)
        return (.waits, true)
      }
    }
    if begins { fetch() }
    return answer
  }

  private func fetch() {
    fetcher.fetch(plan) { [weak self] fetched in
      let event = fetched.map { KeySource.Event.fetched($0.keys, lifetime: $0.lifetime) }
      self?.take(event ?? .failed(chance: .random(in: 0...1)))
    }
  }

  private func take(_ event: KeySource.Event) {
    let now = fetcher.now()
    let (begins, waiting, keys): (Bool, [Waiter], KeySet?) = state.withLock { state in
      let begins = state.source.take(event, at: now)
      state.cancelTimer?()
      state.cancelTimer = state.source.wakeUp.map { instant in
        fetcher.schedule(at: instant) { [weak self] in self?.take(.clock) }
      }
      switch event {
      case .clock: return (begins, [], nil)
      case .fetched(let keys, _):
        state.number += 1
        return (begins, state.takeWaiting(), keys)
      case .failed: return (begins, state.takeWaiting(), nil)
      }
    }
    for later in waiting { later(keys) }
    if begins { fetch() }
  }
}

/// All published keys that anybody has a use for. Plans that are equal share one, over generations as well. *Guarded by
/// its lock.*
package final class PublishedKeysPool: Sendable {
  private struct Entry {
    weak var keys: PublishedKeys?
  }

  private let fetcher: any KeyFetcher
  private let entries = Locked<[PublishedKeysPlan: Entry]>([:])

  package init(by fetcher: any KeyFetcher) {
    self.fetcher = fetcher
  }

  /// All that are in use were fetched once. Any thread.
  package var wereFetched: Bool {
    entries.withLock { $0.values.map(\.keys) }.allSatisfy { $0?.wereFetched ?? true }
  }

  package subscript(plan: PublishedKeysPlan) -> PublishedKeys {
    let (keys, isNew): (PublishedKeys, Bool) = entries.withLock { entries in
      entries = entries.filter { $0.value.keys != nil }
      if let keys = entries[plan]?.keys { return (keys, false) }
      let keys = PublishedKeys(plan, by: fetcher)
      entries[plan] = Entry(keys: keys)
      return (keys, true)
    }
    if isNew { keys.start() }
    return keys
  }
}
