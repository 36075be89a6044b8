/// An eviction policy over keys with sizes, bounded in bytes. Only hit ratios matter here, so all are plain.
protocol Policy {
  static var name: String { get }
  init(capacity: Int)
  /// Looks `key` up and admits it where it is missing; true for a hit.
  mutating func access(_ key: Int, size: Int) -> Bool
}
