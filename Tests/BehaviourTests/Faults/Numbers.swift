import Foundation

/// A set that many threads fill. Guarded by its lock.
final class Numbers: @unchecked Sendable {
  private let lock = NSLock()
  private var numbers: Set<Int> = []

  /// False where it is in there.
  func insert(_ number: Int) -> Bool {
    lock.withLock { numbers.insert(number).inserted }
  }
}
