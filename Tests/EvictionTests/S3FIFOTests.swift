import Eviction
import TestInputs
import Testing

struct S3FIFOTests {
  /// A table of its user, by slot.
  private struct Table {
    var fifo: S3FIFO
    var keys: [Int: UInt64] = [:]

    init(_ capacity: Int) { fifo = S3FIFO(capacity: capacity) }

    mutating func insert(_ key: UInt64, size: Int = 1) -> Int {
      while let slot = fifo.evict(for: size) { keys[slot] = nil }
      let slot = fifo.insert(key, size: size)
      keys[slot] = key
      return slot
    }

    func holds(_ key: UInt64) -> Bool { keys.values.contains(key) }
  }

  @Test func aSlotIsOneOfAsManyAsFit() {
    var table = Table(100)
    var dice = Dice(seed: 1)
    for _ in 0..<10_000 {
      let slot = table.insert(dice.next())
      #expect(slot < 100 && table.fifo.count == table.keys.count && table.fifo.size <= 100)
      if dice.roll(3) == 0 { table.fifo.visit(slot) }
      if dice.roll(10) == 0 {
        table.fifo.remove(slot)
        table.keys[slot] = nil
      }
    }
  }

  @Test func sizesAreHeldToTheCapacity() {
    var table = Table(1000)
    var dice = Dice(seed: 2)
    for _ in 0..<3000 {
      let slot = table.insert(dice.next(), size: 1 + dice.roll(300))
      #expect(table.fifo.size <= 1000)
      table.fifo.resize(slot, to: 1 + dice.roll(300))
      while let slot = table.fifo.evict(for: 0) { table.keys[slot] = nil }
      #expect(table.fifo.size <= 1000 && table.fifo.count == table.keys.count)
    }
  }

  @Test func whatIsInUseOutlivesAScan() {
    var table = Table(100)
    for key in 0..<20 as Range<UInt64> {
      let slot = table.insert(key)
      for _ in 0..<3 { table.fifo.visit(slot) }
    }
    for key in 1000..<10_000 as Range<UInt64> { _ = table.insert(key) }
    #expect((0..<20).allSatisfy { table.holds($0) })
  }

  @Test func whatComesBackSoonStays() {
    var table = Table(100)
    for key in 0..<105 as Range<UInt64> { _ = table.insert(key) }
    #expect(!table.holds(0))
    _ = table.insert(0)
    for key in 1000..<1090 as Range<UInt64> { _ = table.insert(key) }
    #expect(table.holds(0))
  }

  @Test func whatIsLargerThanAllEmptiesTheTable() {
    var table = Table(10)
    for key in 0..<10 as Range<UInt64> { _ = table.insert(key) }
    _ = table.insert(10, size: 11)
    #expect(table.keys.count == 1)
  }
}
