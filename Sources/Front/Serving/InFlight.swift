import Synchronization

/// *Guarded by being one atomic number.* Counts something with an upper bound, over all loops.
final class InFlight: Sendable {
  private let count = Atomic<Int>(0)
  let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  var current: Int { count.load(ordering: .relaxed) }

  /// False: at the limit; nothing was counted.
  func enter() -> Bool {
    if count.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
    count.wrappingSubtract(1, ordering: .relaxed)
    return false
  }

  /// Counts over the limit, too.
  func enterAnyway() {
    count.wrappingAdd(1, ordering: .relaxed)
  }

  func leave() {
    count.wrappingSubtract(1, ordering: .relaxed)
  }
}
