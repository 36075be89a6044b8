import NIOCore
import Timing

/// What waits to be inspected, and how many threads there are for it. A value, confined to whoever holds it.
///
///     add ──> waits ──> next ──> inspected
///      └─ full           └─ late: it has waited for longer than a client would want
struct InspectionQueue<Item> {
  enum Admission: Equatable {
    /// A thread that is there takes it.
    case waits
    /// One has to begin for it.
    case needsThread
    case full
  }

  enum Next {
    case inspect(Item)
    case late(Item)
    /// Nothing waits: the thread that asks ends.
    case nothing
  }

  /// Requests that wait, beside those that are being inspected.
  static var mostWaiting: Int { 256 }
  /// Of one that waits.
  static var patience: Duration { .seconds(2) }

  private let mostThreads: Int
  private(set) var threads = 0
  private var waiting = CircularBuffer<(item: Item, since: Instant)>()

  init(mostThreads: Int) {
    self.mostThreads = mostThreads
  }

  mutating func add(_ item: Item, at now: Instant) -> Admission {
    guard waiting.count < Self.mostWaiting else { return .full }
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
    return since.advanced(by: Self.patience) < now ? .late(item) : .inspect(item)
  }

  /// The system had none: others take what waits, or, where there are none, it is handed back.
  mutating func lostThread() -> [Item] {
    threads -= 1
    guard threads == 0 else { return [] }
    defer { waiting.removeAll() }
    return waiting.map(\.item)
  }
}
