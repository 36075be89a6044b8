import Messages
import TestSockets
import Testing

@testable import Composing

/// `each`: one call over a list.
@Suite(.ownThreads) struct EachTests {
  static let list = #"{"path": {"id": "7"}, "body": ["b","a","b",null,"c"]}"#

  func bench(_ options: String, required: Bool = false) throws -> Bench {
    try Bench(
      """
      calls:
        x: { each: "${body}", request: "GET a /x/${item}"\(options)\(required ? ", required: true" : "") }
      """)
  }

  @Test func aListAlignedWithTheInput() throws {
    let bench = try bench("")
    for name in ["a", "b", "c"] { bench.caller.answer("/x/\(name)", "\"\(name)!\"") }
    let composite = try bench.compose(inputs: Self.list)
    #expect(composite.text == #"{"x":["b!","a!","b!",null,"c!"]}"#)
    #expect(bench.caller.targets == ["GET /x/b", "GET /x/a", "GET /x/c"])
    #expect(composite.header("weft-outcome") == nil)
  }

  @Test func differentItemsOfTheSameRequestAskOnce() throws {
    let bench = try Bench("calls: { x: { each: \"${body}\", request: \"GET a /x/${item.sku}\" } }")
    bench.caller.answer("/x/a", "1")
    bench.caller.answer("/x/b", "2", after: 5)
    let lines = #"[{"sku":"a","n":1},{"sku":"b","n":1},{"sku":"a","n":2},{"sku":"b","n":2}]"#
    let composite = try bench.compose(inputs: #"{"path": {"id": "7"}, "body": \#(lines)}"#)
    #expect(composite.text == #"{"x":[1,2,1,2]}"#)
    #expect(bench.caller.targets == ["GET /x/a", "GET /x/b"])
  }

  /// Answers that are there already are looked at one after the other, not one within the other.
  @Test func manyItemsOfOneRequestTakeNoStack() throws {
    let bench = try Bench(
      """
      calls:
        x: GET a /x
        y: { each: "${body}", max: 100000, request: GET a /x, after: [x] }
      """)
    bench.caller.answer("/x", "1")
    let lines = (0..<20_000).map { "{\"n\":\($0)}" }.joined(separator: ",")
    let composite = try bench.compose(inputs: #"{"path": {"id": "7"}, "body": [\#(lines)]}"#)
    #expect(composite.text.utf8.count == 2 * 20_000 + 13)
    #expect(bench.caller.targets == ["GET /x"])
  }

  /// Ten times as many as may be: the call goes on without its cache.
  @Test(arguments: [(10, true), (2560, true), (2560, false)])
  func tooManyTagsAreNoTags(count: Int, areSame: Bool) throws {
    let bench = try Bench(
      """
      calls:
        v: { request: GET a /v }
        w: { request: GET a /w, cache: { ttl: 5s, tags: ["${v}"] } }
      """)
    let list = (0..<count).map { areSame ? "\"t\($0 % 5)\"" : "\"t\($0)\"" }.joined(separator: ",")
    bench.caller.answer("/v", "[\(list)]")
    bench.caller.answer("/w", "1")
    _ = try bench.compose()
    #expect(bench.caller.sent.last?.cachedBy == (areSame ? 1 : nil))
    #expect(bench.caller.sent.last?.tags == (areSame ? (0..<5).map { "t\($0)" } : []))
  }

  @Test func tagsAreOfEachItem() throws {
    let bench = try bench(#", cache: { ttl: 5s, tags: ["x:${item}"] }"#)
    for name in ["a", "b", "c"] { bench.caller.answer("/x/\(name)", "1") }
    _ = try bench.compose(inputs: Self.list)
    #expect(bench.caller.sent.map(\.tags) == [["x:b"], ["x:a"], ["x:c"]])
  }

  @Test func failuresArePerItem() throws {
    let bench = try bench("")
    bench.caller.answer("/x/a", "1")
    bench.caller.fail("/x/b", .timeout)
    bench.caller.answer("/x/c", "3")
    let composite = try bench.compose(inputs: Self.list)
    #expect(
      composite.steadyText
        == #"{"x":[null,1,null,null,3],"_meta":{"partial":true,"loadedAt":"T","failures":{"x":{"outcome":"items","failed":1,"of":3,"ms":0}}}}"#
    )
    #expect(composite.header("weft-outcome") == "x;outcome=items;failed=1;of=3;dur=0")
  }

  @Test func aFallbackStandsInOnlyWhereEveryItemFailed() throws {
    let some = try bench(", fallback: none")
    some.caller.answer("/x/a", "1")
    #expect(try some.compose(inputs: Self.list).text.hasPrefix(#"{"x":[null,1,null,null,null],"#))
    let none = try bench(", fallback: none")
    #expect(try none.compose(inputs: Self.list).text.hasPrefix(#"{"x":"none","#))
  }

  @Test func requiredNeedsEveryItem() throws {
    let bench = try bench("", required: true)
    bench.caller.answer("/x/a", "1", after: 10)
    bench.caller.answer("/x/b", status: 404, after: 5)
    bench.caller.answer("/x/c", "1", after: 10)
    let composite = try bench.compose(inputs: Self.list)
    #expect(composite.answer.status == 404)
    #expect(bench.caller.cancelled.sorted() == ["/x/a", "/x/c"])
  }

  @Test func concurrencyBoundsWhatIsInFlight() throws {
    let bench = try bench(", concurrency: 3")
    let items = (0..<20).map { "\($0)" }
    for item in items { bench.caller.answer("/x/\(item)", item, after: 10) }
    let composite = try bench.compose(inputs: #"{"path":{}, "body": [\#(items.joined(separator: ","))]}"#)
    #expect(composite.text == #"{"x":[\#(items.joined(separator: ","))]}"#)
    #expect(bench.caller.mostInFlight == 3)
  }

  @Test func overMaxSendsNothing() throws {
    let bench = try bench(", max: 2")
    let composite = try bench.compose(inputs: Self.list)
    #expect(composite.header("weft-outcome") == "x;outcome=invalid-request")
    #expect(bench.caller.targets.isEmpty)
  }

  @Test(arguments: [("[]", "[]"), ("null", "[]"), ("[null,null]", "[null,null]")])
  func nothingToAskFor(list: String, result: String) throws {
    let bench = try bench("")
    #expect(try bench.compose(inputs: #"{"path":{},"body":\#(list)}"#).text == #"{"x":\#(result)}"#)
  }

  @Test(arguments: ["1", #""a""#, "{}", "true"]) func onlyListsAreFannedOut(value: String) throws {
    let composite = try bench("").compose(inputs: #"{"path":{},"body":\#(value)}"#)
    #expect(composite.header("weft-outcome") == "x;outcome=invalid-request")
  }

  @Test func batchesAreKeyed() throws {
    let bench = try Bench(
      """
      calls:
        x: { each: "${body}", batch: 2, request: "GET a /x?ids=${join(',', items)}", key: id }
      response: { all: "${x}", b: "${x.b.n}" }
      """)
    bench.caller.answer("/x?ids=b%2Ca", #"[{"id":"a","n": 1.0},{"id":"b","n":2}]"#)
    bench.caller.answer("/x?ids=c", status: 500)
    let composite = try bench.compose(inputs: Self.list)
    #expect(composite.text.hasPrefix(#"{"all":{"a":{"id":"a","n": 1.0},"b":{"id":"b","n":2}},"b":2,"#))
    #expect(composite.header("weft-outcome") == "x;outcome=items;failed=1;of=3;dur=0")
  }

  @Test func aBatchWithoutItsKeyIsInvalid() throws {
    let bench = try Bench(
      #"calls: { x: { each: "${body}", batch: 5, request: "GET a /x?ids=${join(',', items)}", key: id } }"#)
    bench.caller.answer("/x?ids=b%2Ca%2Cc", #"[{"n":1}]"#)
    let composite = try bench.compose(inputs: Self.list)
    #expect(composite.header("weft-outcome") == "x;outcome=items;failed=3;of=3;dur=0")
  }

  @Test func singleItemsCanBeKeyedToo() throws {
    let bench = try bench(", key: id")
    bench.caller.answer("/x/a", #"{"id":"A"}"#)
    bench.caller.answer("/x/b", #"{"id":2}"#)
    bench.caller.answer("/x/c", status: 204)
    #expect(try bench.compose(inputs: Self.list).text == #"{"x":{"2":{"id":2},"A":{"id":"A"}}}"#)
  }

  @Test func anItemThatFormsNoRequestFailsAlone() throws {
    let bench = try bench("")
    bench.caller.answer("/x/a", "1")
    let composite = try bench.compose(inputs: #"{"path":{},"body":["a",".."]}"#)
    #expect(composite.header("weft-outcome") == "x;outcome=items;failed=1;of=2;dur=0")
    #expect(bench.caller.targets == ["GET /x/a"])
  }

  @Test func aMissingListBehindAFailedCallIsCancelledByOrder() throws {
    let bench = try Bench(#"calls: { o: GET a /o, x: { each: "${o.lines[].sku}", request: "GET a /x/${item}" } }"#)
    #expect(
      try bench.compose().header("weft-outcome") == "o;outcome=connect;dur=0, x;outcome=cancelled;because=o")
  }
}
