import Locking
import NIOCore

/// *Guarded by its lock*, which is held for a look-up. The keys of this process.
package final class LocalKeys: Sendable {
  private let table: Locked<KeyTable>

  /// - Parameter capacity: of all kept answers together, in bytes, which bounds their number, too: each counts 512 bytes
  ///   more than it has.
  package init(capacity: Int) {
    table = Locked(KeyTable(capacity: capacity))
  }

  /// Requests that run or are in doubt, answers that are kept, and their bytes.
  package var figures: (running: Int, kept: Int, bytes: Int) { table.withLock { $0.figures } }

  func withTable<Result: Sendable>(_ body: (inout KeyTable) -> Result) -> Result { table.withLock { body(&$0) } }
}
