/// Entries by their names, found by the place that they had when they were last looked for, where that is known: so that it takes
/// no hashing. A value.
package struct NamedEntries<Entry: Sendable>: Sendable {
  package private(set) var all: [(name: String, entry: Entry)] = []
  private var places: [String: Int] = [:]
  /// The entry that was found last by each hint.
  private var hinted: [Int] = []

  /// A hint beyond so many finds nothing faster.
  private static var mostHints: Int { 20_000 }

  package init() {}

  /// - Parameter hint: the same for the same name, mostly; not negative.
  package mutating func index(of name: String, hint: Int) -> Int? {
    if hint < hinted.count, hinted[hint] < all.count, all[hinted[hint]].name == name { return hinted[hint] }
    guard let place = places[name] else { return nil }
    if hint < Self.mostHints {
      while hinted.count <= hint { hinted.append(0) }
      hinted[hint] = place
    }
    return place
  }

  /// Adds an entry under a name that has none.
  /// - Returns: its place, which stays.
  package mutating func add(_ name: String, _ entry: Entry) -> Int {
    places[name] = all.count
    all.append((name, entry))
    return all.count - 1
  }

  package subscript(index: Int) -> Entry {
    get { all[index].entry }
    _modify { yield &all[index].entry }
  }
}
