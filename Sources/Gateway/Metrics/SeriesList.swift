import Metrics

/// A figure that is a sum of figures.
protocol Summed: Sendable {
  /// Nothing was counted.
  init()
  mutating func add(_ other: Self)
}

extension UInt64: Summed {
  mutating func add(_ other: UInt64) { self &+= other }
}

extension Histogram: Summed {}

/// Figures by their key, where there are few of them: found by looking from the front, so that it takes no hashing. A value.
struct SeriesList<Key: Hashable & Sendable, Figure: Summed>: Summed {
  /// Keys come of definitions, and of words of the gateway's own; a key beyond so many, after many reloads, is not counted
  /// until a restart.
  static var mostKeys: Int { 1024 }

  private(set) var entries: [(key: Key, figure: Figure)] = []

  /// - Parameter hint: the place where the key may be.
  mutating func update(_ key: Key, hint: Int = 0, _ body: (inout Figure) -> Void) {
    if hint < entries.count, entries[hint].key == key { return body(&entries[hint].figure) }
    if let index = entries.firstIndex(where: { $0.key == key }) { return body(&entries[index].figure) }
    guard entries.count < Self.mostKeys else { return }
    var figure = Figure()
    body(&figure)
    entries.append((key, figure))
  }

  mutating func add(_ other: SeriesList) {
    for (index, entry) in other.entries.enumerated() {
      update(entry.key, hint: index) { $0.add(entry.figure) }
    }
  }

  subscript(key: Key) -> Figure { entries.first { $0.key == key }?.figure ?? Figure() }
}
