import Testing

@testable import Eviction

@Suite struct BoundedTableTests {
  @Test func whatIsSetIsThere() {
    var table = BoundedTable<String, Int>(capacity: 10)
    table.set(1, of: "a", fingerprint: 1)
    table.set(2, of: "b", fingerprint: 2)
    table.set(3, of: "a", fingerprint: 1)
    #expect(table.value(of: "a") == 3 && table.value(of: "b") == 2 && table.value(of: "c") == nil)
    #expect(table.count == 2)
    table.remove("a")
    table.remove("a")
    #expect(table.value(of: "a") == nil && table.count == 1)
  }

  /// Places of what has gone are taken again, and hold nothing meanwhile.
  @Test func thereAreNotTooMany() {
    var table = BoundedTable<Int, [Int]>(capacity: 100)
    for round in 0..<3 {
      for key in 0..<1000 {
        table.set([key], of: round * 1000 + key, fingerprint: UInt64(key) &* 0x9E37_79B9_7F4A_7C15)
      }
      #expect(table.count == 100 && table.slots.count <= 101)
    }
    for key in 0..<3000 where table.value(of: key) != nil { table.remove(key) }
    #expect(table.count == 0 && table.slots.allSatisfy { $0 == nil } && table.places.isEmpty)
  }

  @Test func theirSizesAreBoundedTogether() {
    var table = BoundedTable<Int, Int>(capacity: 100)
    for key in 0..<50 {
      table.set(key, of: key, fingerprint: UInt64(key), size: 1 + key % 30)
      #expect(table.size <= 100 && table.count >= min(key + 1, 3))
    }
    table.set(0, of: 50, fingerprint: 50, size: 101)
    #expect(table.value(of: 50) == nil && table.count >= 3)
  }

  /// Whoever comes with ever new keys does not push out what is in use.
  @Test func whatIsInUseStays() {
    var table = BoundedTable<Int, Int>(capacity: 100)
    for key in 0..<10 { table.set(key, of: -1 - key, fingerprint: UInt64(key)) }
    for key in 0..<10 { for _ in 0..<3 { _ = table.value(of: -1 - key) } }
    for key in 0..<10_000 { table.set(key, of: key, fingerprint: UInt64(key) &* 0x9E37_79B9_7F4A_7C15) }
    for key in 0..<10 { #expect(table.value(of: -1 - key) == key) }
  }
}
