import Caching
import TestInputs
import Testing

@testable import Gateway

struct FetchNotesTests {
  /// Parts of an answer with ten times the tags that it may have: none is taken behind the first that is too many.
  @Test func tagsBeyondTheBoundAreNotTaken() {
    let (notes, looks) = (FetchNotes(), Looks())
    let tags = (0..<CompositeCache.mostTags * 10).map { CacheTag("t\($0)") }
    for _ in 0..<10 {
      notes.used(freshFor: .seconds(1), isStale: false, tags: CountedElements(tags, looks))
    }
    #expect(notes.tags == Array(tags.prefix(CompositeCache.mostTags + 1)))
    #expect(looks.count == CompositeCache.mostTags + 1)
  }
}
