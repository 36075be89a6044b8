/// What waits to run on a reactor, in order: jobs of Swift tasks and plain closures.
struct WorkQueue {
  enum Item {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
    case taken
  }

  private var items: [Item] = []
  private var head = 0

  var isEmpty: Bool { head == items.count }

  mutating func append(_ item: Item) {
    items.append(item)
  }

  /// `nil` when empty. A closure is released by the caller, not with the queue.
  mutating func next() -> Item? {
    guard head < items.count else { return nil }
    let item = items[head]
    items[head] = .taken
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: items.capacity <= 4096)
      head = 0
    } else if head == 4096 {
      // A queue that never runs dry must not grow by what it has done.
      items.removeFirst(head)
      head = 0
    }
    return item
  }

  /// Moves everything of `other` behind what is here; where this one is empty, only the storage changes hands.
  mutating func take(_ other: inout WorkQueue) {
    if isEmpty {
      swap(&self, &other)
    } else {
      while let item = other.next() { append(item) }
    }
  }
}
