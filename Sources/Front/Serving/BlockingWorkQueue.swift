import NIOCore
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
  private var waiting = CircularBuffer<(item: Item, since: Instant)>()

  /// - Parameters:
  ///   - mostWaiting: beside those that are being worked at.
  ///   - patience: of one that waits.
  init(mostThreads: Int, mostWaiting: Int, patience: Duration) {
    self.mostThreads = mostThreads
    self.mostWaiting = mostWaiting
    self.patience = patience
  }

  mutating func add(_ item: Item, at now: Instant) -> Admission {
    guard waiting.count < mostWaiting else { return .full }
    waiting.append((item, now))
    guard threads < mostThreads else { return .waits }
    threads += 1
    return .needsThread
  }

  /// What a thread does next.
  mutating func next(at now: Instant) -> Next {
    guard let (item, since) = waiting.popFirst() else {
      threads -= 1
      return .nothing
    }
    return since.advanced(by: patience) < now ? .late(item) : .work(item)
  }

  /// The system had none: others take what waits, or, where there are none, it is handed back.
  mutating func lostThread() -> [Item] {
    threads -= 1
    guard threads == 0 else { return [] }
    defer { waiting.removeAll() }
    return waiting.map(\.item)
  }
}
