import Plans
import TestInputs
import Testing

@testable import Definitions

@Suite struct CallGraphTests {
  private func calls(_ body: String) throws -> [CallPlan] {
    try #require(
      try route("calls:\n" + body.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")).composite
    )
    .calls
  }

  private func requiredBefore(_ body: String) throws -> [String] {
    let calls = try calls(body)
    return calls.map { call in call.requiredBefore.map { calls[$0].name }.joined(separator: " ") }
  }

  @Test func aWriteWaitsForWhatIsRequired() throws {
    let plan = try requiredBefore(
      """
      pay: { request: POST orders /x, required: true }
      me: { request: GET users /me, required: true }
      search: { request: POST users /search, safe: true, required: true }
      news: GET users /news
      note: { request: POST users /note, after: [pay, me] }
      """)
    #expect(plan == ["me search", "", "", "", "search"])
  }

  @Test func notForWhatWaitsForItNorWhereItWaitsAnyway() throws {
    let plan = try requiredBefore(
      """
      order: { request: POST orders /x }
      receipt: { request: "GET orders /x/${order.id}", required: true }
      me: { request: GET users /me, required: true }
      cart: { request: "GET users /cart/${me.id}" }
      ship: { request: "POST orders /y/${cart.id}", after: [order] }
      """)
    #expect(plan == ["me", "", "", "", "receipt"])
  }

  /// Each read waits for one of the writes, and would be waited for by the other.
  @Test func waitsThatWouldBeACycleAreLeftOut() throws {
    let plan = try requiredBefore(
      """
      a: { request: POST orders /a, when: "${body.a}" }
      b: { request: POST orders /b, when: "${!body.a}" }
      ra: { request: "GET orders /a/${a.id}", required: true }
      rb: { request: "GET orders /b/${b.id}", required: true }
      me: { request: GET users /me, required: true }
      """)
    #expect(plan == ["me", "me", "", "", ""])
  }

  @Test func whatUndoesAWriteIsKnownBeforeIt() throws {
    let calls = try calls(
      """
      shop: GET users /shop
      order:
        request: POST orders /orders
        compensate: { request: "DELETE orders /orders/${order.id || calls.order.status}", headers: { x-shop: "${shop.id}" } }
      """)
    #expect(calls[1].reads == [0])
  }

  @Test(arguments: [
    ("body.a", "!body.a"), ("!body.a", "body.a"), ("body.a", "!(body.a)"), ("body.a || body.b", "!(body.a||body.b)"),
    ("body.kind == 'x'", "!(body.kind == 'x')"), ("!body.a", "!!body.a"),
    ("body.list[?a == `1`][1:2]", "! body.list[?a == `1`][1:2]"),
  ])
  func writesMayExcludeEachOther(_ one: String, _ other: String) throws {
    let calls = try calls(
      """
      a: { request: POST orders /a, when: "${\(one)}" }
      b: { request: POST orders /b, when: "${\(other)}" }
      """)
    #expect(calls.allSatisfy { $0.waits.isEmpty })
  }

  @Test(arguments: [
    ("body.a", "body.a"), ("body.a", "!body.b"), ("body.kind == 'x'", "!body.kind == 'x'"),
    ("body.kind == 'x'", "!(body.kind == 'y')"), ("body.list[1:2]", "!body.list[1:3]"), ("body.a", "body.a == `false`"),
  ])
  func onlyByForm(_ one: String, _ other: String) throws {
    #expect(throws: Diagnostics.self) {
      try calls(
        """
        a: { request: POST orders /a, when: "${\(one)}" }
        b: { request: POST orders /b, when: "${\(other)}" }
        """)
    }
  }

  /// Against the definition, by the closure of all edges.
  @Test func randomGraphs() throws {
    let key = try #require(YAMLComposer.compose(SourceFile(name: "", text: "a")).root)
    var dice = Dice(seed: 7)
    for _ in 0..<3000 {
      let count = dice.roll(9) + 1
      var graph = CallGraph(
        calls: (0..<count).map { index in
          var call = CallGraph.Call(name: "c\(index)", key: key, waitsFor: [])
          // Any order of the file: the edges go from odd places to even ones, too.
          call.waitsFor = Set((0..<count).filter { $0 * 5 % 11 < index * 5 % 11 && dice.roll(4) == 0 })
          call.unsafeMethod = dice.roll(2) == 0 ? "POST" : nil
          call.isRequired = dice.roll(2) == 0
          return call
        })
      let calls = graph.calls
      let found = graph.check(Loading(environment: [:], folder: "."))
      let file = Self.closure(calls.map(\.waitsFor))
      let candidates = calls.indices.map { write in
        Set(
          calls.indices.filter {
            calls[write].isWrite && calls[$0].isRequired && !calls[$0].isWrite && !file[$0].contains(write)
          })
      }
      let all = Self.closure(calls.indices.map { calls[$0].waitsFor.union(candidates[$0]) })
      let expected = calls.indices.map { write in
        candidates[write].filter { !all[$0].contains(write) && !file[write].contains($0) }.sorted()
      }
      #expect(found == expected)
      let waits = Self.closure(calls.indices.map { calls[$0].waitsFor.union(found[$0]) })
      #expect(calls.indices.allSatisfy { !waits[$0].contains($0) })
    }
  }

  /// All that is reached by a step or more.
  private static func closure(_ edges: [Set<Int>]) -> [Set<Int>] {
    var reached = edges
    for middle in edges.indices {
      for start in edges.indices where reached[start].contains(middle) { reached[start].formUnion(reached[middle]) }
    }
    return reached
  }
}
