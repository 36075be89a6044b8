import Messages
import TestSockets
import Testing

@testable import Composing

/// Calls that only read though their method is unsafe, and the keys of those that write.
@Suite(.ownThreads) struct WriteKeyTests {
  @Test func aSafePostIsTreatedAsAGet() throws {
    let bench = try Bench(
      """
      calls:
        price: { request: POST a /price, safe: true, body: { sku: 1 } }
        same: { request: POST a /price, safe: true, body: { sku: 1 } }
        other: { request: POST a /price, safe: true, body: { sku: 2 } }
      """, method: "POST")
    bench.caller.answer("/price", "1")
    _ = try bench.run(idempotencyKey: "k")
    #expect(bench.caller.sent.map { String(decoding: $0.body ?? [], as: UTF8.self) } == [#"{"sku":1}"#, #"{"sku":2}"#])
    #expect(bench.caller.sent.allSatisfy { $0.isRepeatable && !$0.headers.contains { $0.isNamed("idempotency-key") } })
  }

  private func keys(_ bench: Bench, _ key: String?) throws -> [String?] {
    let before = bench.caller.sent.count
    _ = try bench.run(idempotencyKey: key)
    return bench.caller.sent[before...].map { $0.headers.first { $0.isNamed("idempotency-key") }?.value }
  }

  @Test func keysAreDerived() throws {
    let bench = try Bench(
      """
      calls:
        a: { request: POST a /a, required: true, compensate: DELETE a /a/1 }
        many: { each: [1, 2], request: "POST a /many/${item}", after: [a] }
        last: { request: POST a /last, required: true, after: [many] }
      """, method: "POST")
    for target in ["/a", "/many/1", "/many/2", "/a/1"] { bench.caller.answer(target) }
    bench.caller.answer("/last", "", status: 400)
    let keys = try keys(bench, "mine")
    #expect(keys.count == 5 && Set(keys).count == 5)
    #expect(keys.allSatisfy { $0?.wholeMatch(of: #/[0-9a-f]{32}/#) != nil })
    #expect(try self.keys(bench, "mine") == keys)
    #expect(Set(try self.keys(bench, "other")).isDisjoint(with: keys))
    #expect(try self.keys(bench, nil) == [nil, nil, nil, nil, nil])
    #expect(bench.caller.sent.map(\.isRepeatable).prefix(4) == [true, true, true, true])
  }

  /// What undoes a write has a key that is derived from the write's own, and none where it has none.
  @Test func theKeyOfAnUndoingIsThatOfItsCall() throws {
    let bench = try Bench(
      """
      calls:
        own: { request: POST a /own, required: true, idempotencyKey: "order-${path.id}", compensate: DELETE a /own }
        none: { request: POST a /none, required: true, after: [own], idempotencyKey: none, compensate: DELETE a /none }
        last: { request: POST a /last, required: true, after: [none] }
      """, method: "POST")
    for target in ["/own", "/none"] { bench.caller.answer(target) }
    bench.caller.answer("/last", "", status: 400)
    let first = try keys(bench, "mine")
    #expect(bench.caller.targets.suffix(2) == ["DELETE /none", "DELETE /own"])
    #expect(first[0] == "order-7" && first[1] == nil && first[3] == nil && first[4]?.count == 32)
    #expect(try [keys(bench, "other")[4], keys(bench, nil)[4]] == [first[4], first[4]])
  }

  @Test func equalItemsHaveKeysOfTheirOwn() throws {
    let bench = try Bench(
      """
      calls: { many: { each: [1, 2, 1], request: "POST a /many/${item}" } }
      """, method: "POST")
    for target in ["/many/1", "/many/2"] { bench.caller.answer(target) }
    let keys = try keys(bench, "mine")
    #expect(Set(keys).count == 3)
    #expect(try self.keys(bench, "mine") == keys)
  }

  /// One key and one undoing for each batch.
  @Test func aBatchIsUndoneAsAWhole() throws {
    let bench = try Bench(
      """
      calls:
        many:
          each: [a, b, c]
          batch: 2
          key: id
          request: "POST a /many/${join('-', items)}"
          required: true
          compensate: "DELETE a /many/${join('-', items)}"
        last: { request: POST a /last, required: true, after: [many] }
      """, method: "POST")
    for target in ["/many/a-b", "/many/c"] { bench.caller.answer(target, "[]") }
    bench.caller.answer("/last", "", status: 400)
    let keys = try keys(bench, "mine")
    #expect(Set(bench.caller.targets.suffix(2)) == ["DELETE /many/c", "DELETE /many/a-b"])
    #expect(keys.count == 5 && Set(keys).count == 5)
  }

  /// What nothing is left of is no key, as `idempotencyKey` or as a header: the write can't be repeated, and no backend
  /// takes it for one that all requests share.
  @Test(arguments: ["", "\" \"", "\"\\t\""]) func anEmptyKeyIsNone(_ key: String) throws {
    let bench = try Bench(
      """
      calls:
        a: { request: POST a /a, required: true, idempotencyKey: "${query.key}", compensate: DELETE a /a/1 }
        b: { request: POST a /b, headers: { Idempotency-Key: "${query.key}" }, after: [a] }
        c: { request: POST a /c, required: true, after: [b] }
      """, method: "POST")
    for target in ["/a", "/b", "/a/1"] { bench.caller.answer(target) }
    bench.caller.answer("/c", "", status: 400)
    _ = try bench.run(inputs: #"{"path": {"id": "7"}, "query": {"key": \#(key.isEmpty ? "\"\"" : key)}}"#)
    #expect(bench.caller.targets == ["POST /a", "POST /b", "POST /c", "DELETE /a/1"])
    #expect(!bench.caller.sent.contains { $0.headers.contains { $0.isNamed("idempotency-key") } })
    #expect(bench.caller.sent.map(\.isRepeatable) == [false, false, false, false])
  }

  /// No field's value could be that.
  @Test func aKeyThatCanNotBeSentIsTheClientsFault() throws {
    let bench = try Bench(
      """
      calls: { a: { request: POST a /a, required: true, idempotencyKey: "order-${query.key}" } }
      """, method: "POST")
    bench.caller.answer("/a")
    let course = try bench.run(inputs: #"{"path": {"id": "7"}, "query": {"key": "x\r\nx: y"}}"#)
    #expect(course.answer.answer.status == 400 && bench.caller.targets.isEmpty)
    #expect(course.answer.header("weft-outcome") == "a;outcome=invalid-request")
  }

  @Test func aCallMayHaveAKeyOfItsOwnOrNone() throws {
    let bench = try Bench(
      """
      calls:
        a: { request: POST a /a, idempotencyKey: "order-${path.id}" }
        b: { request: POST a /b, idempotencyKey: none, after: [a] }
        c: { request: POST a /c, idempotencyKey: "${query.none}", after: [b] }
      """, method: "POST")
    for target in ["/a", "/b", "/c"] { bench.caller.answer(target) }
    #expect(try keys(bench, "mine") == ["order-7", nil, nil])
    #expect(bench.caller.sent.map(\.isRepeatable) == [true, false, false])
  }
}
