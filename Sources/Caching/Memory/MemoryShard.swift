import Locking

/// Guarded by its lock. A class, since an array can't hold a `Locked`.
final class MemoryShard: Sendable {
  let table: Locked<EntryTable>

  init(capacity: Int) {
    table = Locked(EntryTable(capacity: capacity))
  }
}
