/// A table of bounded size. Where there are too many, S3-FIFO says which is forgotten: whoever comes with ever
/// new keys pushes out his own rather than those that are in use. A value.
package struct BoundedTable<Key: Hashable, Value> {
  @usableFromInline struct Slot {
    @usableFromInline var key: Key
    @usableFromInline var value: Value

    @inlinable init(_ key: Key, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  @usableFromInline let capacity: Int
  @usableFromInline var fifo: S3FIFO
  @usableFromInline var places: [Key: Int] = [:]
  /// By the numbers of `fifo`; `nil` in free ones.
  @usableFromInline var slots: [Slot?] = []

  /// - Parameter capacity: of all entries together; their number, where none has a size.
  @inlinable package init(capacity: Int) {
    self.capacity = capacity
    fifo = S3FIFO(capacity: capacity)
  }

  package var count: Int { fifo.count }
  /// Of all entries together.
  package var size: Int { fifo.size }

  /// The value of a key, which counts as a visit; `nil` of one that is not there.
  @inlinable package mutating func value(of key: Key) -> Value? {
    guard let place = places[key] else { return nil }
    fifo.visit(place)
    return slots[place]?.value
  }

  /// - Parameters:
  ///   - fingerprint: 64 bits of the key, as good as random.
  ///   - size: that of the key's first value counts. What is larger than all room is not kept.
  @inlinable package mutating func set(_ value: Value, of key: Key, fingerprint: UInt64, size: Int = 1) {
    if let place = places[key] {
      slots[place]?.value = value
      return
    }
    guard size <= capacity else { return }
    while let place = fifo.evict(for: size) { free(place) }
    let place = fifo.insert(fingerprint, size: size)
    if place < slots.count { slots[place] = Slot(key, value) } else { slots.append(Slot(key, value)) }
    places[key] = place
  }

  @inlinable package mutating func remove(_ key: Key) {
    guard let place = places[key] else { return }
    fifo.remove(place)
    free(place)
  }

  @inlinable mutating func free(_ place: Int) {
    if let slot = slots[place] { places[slot.key] = nil }
    slots[place] = nil
  }
}
