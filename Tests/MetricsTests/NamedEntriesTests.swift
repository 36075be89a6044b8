import Metrics
import Testing

@Suite struct NamedEntriesTests {
  @Test func whatWasAddedIsFoundWhateverTheHint() {
    var entries = NamedEntries<Int>()
    let places = ["a", "b", "c"].enumerated().map { entries.add($1, $0) }
    #expect(places == [0, 1, 2])
    for hint in [0, 1, 2, 7, 30_000, .max, 0, 2, 1] {
      let found = ["a", "b", "c", "d"].map { entries.index(of: $0, hint: hint) }
      #expect(found == [0, 1, 2, nil], "\(hint)")
    }
    entries[1] += 10
    #expect(entries.all.map(\.entry) == [0, 11, 2])
  }
}
