import Foundation

/// Lets nobody pass before `count` have arrived: what passes it was under way at the same time. Guarded by its
/// condition.
final class Barrier: @unchecked Sendable {
  private let count: Int
  private let condition = NSCondition()
  private var arrived = 0

  init(_ count: Int) {
    self.count = count
  }

  /// False where the others did not come within the harness's patience.
  func arrive() -> Bool {
    let deadline = Patience.deadline
    condition.lock()
    defer { condition.unlock() }
    arrived += 1
    condition.broadcast()
    while arrived < count {
      if !condition.wait(until: deadline) { return arrived >= count }
    }
    return true
  }

  /// Lets everyone pass, as if all had arrived.
  func open() {
    condition.lock()
    arrived += count
    condition.broadcast()
    condition.unlock()
  }
}
