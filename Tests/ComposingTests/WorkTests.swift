import JSONText
import Messages
import Plans
import TestInputs
import TestSockets
import Testing

@testable import Composing

/// What a backend makes large costs a few looks at each part of it, or none at what is beyond a bound.
@Suite(.ownThreads) struct WorkTests {
  /// Ten times the lines that a head may have, of as many names, and all of one.
  @Test(arguments: [2560, 25_600]) func linesOfAHead(_ count: Int) {
    for names in [count, 1] {
      let looks = Looks()
      let lines = CountedElements((0..<count).map { (Counted($0 % names, looks), "\($0)") }, looks)
      let gathered = CallRecord.gathered(lines)
      #expect(gathered.count == names && gathered.map(\.values.count).reduce(0, +) == count)
      #expect(looks.count < count * 16)
    }
  }

  @Test func linesOfOneNameAreOneText() {
    var record = CallRecord(.ok)
    record.headers = [
      HeaderField("A", "1"), HeaderField("Set-Cookie", "x=1"), HeaderField("a", "2"), HeaderField("set-cookie", "y=2"),
      HeaderField("B", ""),
    ]
    #expect(
      record.report(withHeaders: true).jsonText
        == #"{"outcome":"ok","status":null,"headers":{"a":"1, 2","set-cookie":["x=1","y=2"],"b":""},"ms":null}"#)
  }

  /// None is read behind the first that is too many.
  @Test(arguments: [10, 1000]) func tagsOfAList(_ times: Int) {
    let looks = Looks()
    var texts = DistinctList<String>(atMost: CachePlan.mostTags)
    let tags = (0..<CachePlan.mostTags * times).lazy.map { JSONValue.string("t\($0)") }
    CacheTags.add(CountedElements(tags, looks), to: &texts)
    #expect(texts.isOverfull)
    #expect(looks.count == CachePlan.mostTags + 1)
  }

  @Test func equalTagsAreOne() {
    var texts = DistinctList<String>(atMost: CachePlan.mostTags)
    let looks = Looks()
    CacheTags.add(CountedElements(Array(repeating: .string("t"), count: 60_000) + [.null], looks), to: &texts)
    #expect(texts.elements == ["t"] && looks.count == 60_001)
  }

  @Test(arguments: [
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "2147483648", "9007199254740993", "-1",
    "1e400", "-1e400", "4294967696", "600", "199",
  ])
  func aStatusIsWithinItsRange(_ number: String) throws {
    let bench = try Bench(
      """
      calls: { v: GET a /x }
      status: "${v.s}"
      response: 1
      """)
    bench.caller.answer("/x", #"{"s":\#(number)}"#)
    let composite = try bench.compose()
    #expect(composite.answer.status == 200 && composite.failedFields == ["status"])
  }
}
