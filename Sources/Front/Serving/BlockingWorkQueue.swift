import Timing

/// What waits for a thread that it may block, and how many of these there are. A value, confined to whoever holds it.
///
///     add ──> waits ──> next ──> worked at
///      └─ full           └─ late: it has waited for longer than a client would want
struct BlockingWorkQueue<Item> {
  enum Admission: Equatable {
    /// A thread that is there takes it.
    case waits
    /// One has to begin for it.
    case needsThread
    case full
  }

  enum Next {
    case work(Item)
    case late(Item)
    /// Nothing waits: the thread that asks ends.
    case nothing
  }

  private let mostThreads: Int
  private let mostWaiting: Int
  private let patience: Duration
  private(set) var threads = 0
  /// In the order in which it is taken.
  private var waiting: [(item: Item, turn: Int, since: Instant)] = []

  /// - Parameters:
  ///   - mostWaiting: beside those that are being worked at.
  ///   - patience: of one that waits.
  init(mostThreads: Int, mostWaiting: Int, patience: Duration) {
    self.mostThreads = mostThreads
    self.mostWaiting = mostWaiting
    self.patience = patience
  }

  /// - Parameter turn: how many others of the same client are there before it: a lower one goes first, equal ones as they came.
  mutating func add(_ item: Item, turn: Int = 0, at now: Instant) -> Admission {
    guard waiting.count < mostWaiting else { return .full }
    let place = waiting.firstIndex { $0.turn > turn } ?? waiting.endIndex
    waiting.insert((item, turn, now), at: place)
    guard threads < mostThreads else { return .waits }
    threads += 1
    return .needsThread
  }

  /// What a thread does next. Who has waited too long is told first: others may go before it without end.
  mutating func next(at now: Instant) -> Next {
    if let late = waiting.firstIndex(where: { $0.since.advanced(by: patience) < now }) {
      return .late(waiting.remove(at: late).item)
    }
    if !waiting.isEmpty { return .work(waiting.removeFirst().item) }
    threads -= 1
    return .nothing
  }

  /// The system had none: others take what waits, or, where there are none, it is handed back.
  mutating func lostThread() -> [Item] {
    threads -= 1
    guard threads == 0 else { return [] }
    defer { waiting.removeAll() }
    return waiting.map(\.item)
  }
}
