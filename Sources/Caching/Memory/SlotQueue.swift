/// A doubly linked queue of slot numbers: new ones come in at the front, old ones leave at the end, any may be taken
/// out. Knows how many bytes its slots hold, and nothing else of them.
struct SlotQueue {
  private static let none: Int32 = -1

  /// By slot number: the neighbours. As long as the highest number that was ever in the queue.
  private var links: [(previous: Int32, next: Int32)] = []
  private var first = SlotQueue.none
  private var end = SlotQueue.none
  private(set) var bytes = 0

  var isEmpty: Bool { end == SlotQueue.none }
  var last: Int32? { isEmpty ? nil : end }

  mutating func push(_ slot: Int32, _ size: Int) {
    while links.count <= Int(widening: slot) { links.append((SlotQueue.none, SlotQueue.none)) }
    links[Int(widening: slot)] = (SlotQueue.none, first)
    if first == SlotQueue.none { end = slot } else { links[Int(widening: first)].previous = slot }
    first = slot
    bytes += size
  }

  /// `slot` must be in this queue.
  mutating func remove(_ slot: Int32, _ size: Int) {
    let (previous, next) = links[Int(widening: slot)]
    if previous == SlotQueue.none { first = next } else { links[Int(widening: previous)].next = next }
    if next == SlotQueue.none { end = previous } else { links[Int(widening: next)].previous = previous }
    bytes -= size
  }

  mutating func resize(by change: Int) {
    bytes += change
  }
}
