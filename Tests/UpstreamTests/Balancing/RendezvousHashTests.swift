import Testing

@testable import Upstream

struct RendezvousHashTests {
  private let names = ["http://a", "http://b", "http://c", "http://d", "http://e"]
  private let keys = (0..<5000).map { "user-\($0)" }

  private func places(_ names: [String], weights: [Int]? = nil, without: Int? = nil) -> [String] {
    let hash = RendezvousHash(names: names, weights: weights ?? names.map { _ in 1 })
    return keys.map { names[hash.pick($0) { $0 != without }!] }
  }

  @Test func onlyTheKeysOfALeavingAddressMove() {
    let before = places(names)
    let after = places(names.filter { $0 != "http://c" })
    var spread: [String: Int] = [:]
    for (old, new) in zip(before, after) {
      if old == "http://c" { spread[new, default: 0] += 1 } else { #expect(old == new) }
    }
    // Its thousand keys go to all the others alike.
    #expect(spread.count == 4)
    #expect(spread.values.allSatisfy { (180...320).contains($0) })
  }

  @Test func anUnhealthyAddressIsLikeOneThatLeft() {
    #expect(places(names, without: 1) == places(names.filter { $0 != "http://b" }))
  }

  @Test func theOrderInTheFileDoesNotMatter() {
    #expect(places(names) == places(names.reversed()))
  }

  @Test func keysSpreadEvenly() {
    let counts = Dictionary(grouping: places(names)) { $0 }.mapValues(\.count)
    #expect(counts.count == 5)
    #expect(counts.values.allSatisfy { (880...1120).contains($0) })
  }

  @Test func keysSpreadByWeight() {
    let counts = Dictionary(grouping: places(["x", "y"], weights: [1, 4])) { $0 }.mapValues(\.count)
    #expect((900...1100).contains(counts["x"]!))
  }

  @Test func theSameNameTwiceSharesItsKeys() {
    let hash = RendezvousHash(names: ["x", "x"], weights: [1, 1])
    let first = keys.count { hash.pick($0) { _ in true } == 0 }
    #expect((2300...2700).contains(first))
  }

  /// Would change with every process if the hash were seeded, and with it every backend's cache.
  @Test func placesAreTheSameInEveryProcess() {
    #expect(places(names).prefix(8).map { String($0.last!) }.joined() == "adeeaaba")
  }
}
