/// A doubly linked queue of slot numbers: new ones come in at the front, old ones leave at the end, any may be taken
/// out. Knows how much its slots take, and nothing else of them.
struct SlotQueue {
  private static let none: Int32 = -1

  /// The neighbours, by slot number. As long as the highest number that was ever in the queue.
  private var links: [(previous: Int32, next: Int32)] = []
  private var first = SlotQueue.none
  private var end = SlotQueue.none
  private(set) var size = 0

  var isEmpty: Bool { end == SlotQueue.none }
  var last: Int? { isEmpty ? nil : Int(truncatingIfNeeded: end) }

  mutating func push(_ slot: Int, _ size: Int) {
    while links.count <= slot { links.append((SlotQueue.none, SlotQueue.none)) }
    links[slot] = (SlotQueue.none, first)
    let number = Int32(truncatingIfNeeded: slot)
    if first == SlotQueue.none { end = number } else { links[Int(truncatingIfNeeded: first)].previous = number }
    first = number
    self.size += size
  }

  /// `slot` must be in this queue.
  mutating func remove(_ slot: Int, _ size: Int) {
    let (previous, next) = links[slot]
    if previous == SlotQueue.none { first = next } else { links[Int(truncatingIfNeeded: previous)].next = next }
    if next == SlotQueue.none { end = previous } else { links[Int(truncatingIfNeeded: next)].previous = previous }
    self.size -= size
  }

  mutating func resize(by change: Int) {
    size += change
  }
}
