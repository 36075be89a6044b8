/// First come, first served; whoever waits can leave at any time. A waiter that leaves makes a hole, which is closed
/// when it comes to the front or when holes outnumber waiters, so leaving costs O(log n) and memory stays bounded by
/// the number that wait.
struct WaitQueue<Waiter> {
  private var entries: [(ticket: UInt64, waiter: Waiter?)] = []
  /// Entries before this one are gone.
  private var head = 0
  private var nextTicket: UInt64 = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// The ticket is what to leave with.
  mutating func append(_ waiter: Waiter) -> UInt64 {
    let ticket = nextTicket
    nextTicket += 1
    entries.append((ticket, waiter))
    count += 1
    return ticket
  }

  mutating func popFirst() -> Waiter? {
    while head < entries.count {
      let waiter = entries[head].waiter
      entries[head].waiter = nil
      head += 1
      if let waiter {
        count -= 1
        compactIfSparse()
        return waiter
      }
    }
    return nil
  }

  /// `nil`: it does not wait any more (its turn came, or it left before).
  mutating func remove(_ ticket: UInt64) -> Waiter? {
    var low = head
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].ticket < ticket { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].ticket == ticket, let waiter = entries[low].waiter else { return nil }
    entries[low].waiter = nil
    count -= 1
    compactIfSparse()
    return waiter
  }

  private mutating func compactIfSparse() {
    if count == 0 {
      entries.removeAll(keepingCapacity: true)
      head = 0
    } else if entries.count > 2 * count + 16 {
      entries.removeAll { $0.waiter == nil }
      head = 0
    }
  }
}
