import JSONText
import Plans
import Scripts
import Testing

@testable import Definitions

/// What a test's file says, and what is wrong with one.
@Suite struct TestLoaderTests {
  static let definitions = """
    backends: { users: { url: "http://127.0.0.1:1" }, orders: { url: "http://127.0.0.1:2" } }
    routes:
      GET /a/:id: { calls: { user: "GET users /users/${path.id}", orders: "GET orders /orders" } }
    """

  static func load(_ text: String, named name: String = "a.test.yaml") throws -> Result<[TestCase], Diagnostics> {
    let plan = try DefinitionLoader.load(files: [("a.yaml", definitions)]).get().plan
    return TestLoader.load(files: [(name, text)], plan: plan)
  }

  private static func test(_ text: String) throws -> TestCase { try #require(try load(text).get().first) }

  @Test func allOfIt() throws {
    let test = try Self.test(
      """
      at: 2026-11-27T09:30:00Z
      backends:
        users:
          GET /users/42: { json: { id: 42 }, after: 20ms, headers: { x-a: [1, b] } }
          "*": { sequence: [{ status: 503 }, { reset: true, times: 2 }, { timeout: true }] }
      request: { method: POST, path: /a/42, headers: { x: y }, body: { a: 1.10 }, claims: { sub: "7", scope: s } }
      expect:
        status: 200
        outcome: { user: ok, orders: circuit-open }
        body: { a: [1] }
        bodyMatches: a[0] == `1`
        headers: { x: "*y", z: null }
        calls: { users: [{ times: 1 }, { path: "/users/*", headers: { q: r } }] }
        within: 20ms
        cache: miss
        refused: none
      """)
    #expect(test.name == "a")
    #expect(test.time == 1_795_771_800_000)
    #expect(test.backends.map(\.backend) == ["users"])
    let rules = test.backends[0].rules
    #expect(rules.map(\.pattern.text) == ["GET /users/42", "*"])
    #expect(rules[0].replies[0].delay == .milliseconds(20))
    guard case .response(200, let headers, let body) = rules[0].replies[0].effect else {
      Issue.record("no response")
      return
    }
    #expect(headers.map { "\($0.name): \($0.value)" } == ["x-a: 1", "x-a: b", "Content-Type: application/json"])
    #expect(String(decoding: body, as: UTF8.self) == #"{"id":42}"#)
    #expect(rules[1].replies.map(\.times) == [nil, 2, nil])
    let step = test.steps[0]
    let request = try #require(step.request)
    #expect(request.method == "POST" && request.path == "/a/42")
    #expect(request.headers.map { "\($0.name): \($0.value)" } == ["x: y", "Content-Type: application/json"])
    #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == #"{"a":1.10}"#)
    #expect(request.identity?.subject == "7" && request.identity?.claims?[member: "scope"]?.string == "s")
    let expectation = step.expectation
    #expect(expectation.outcomes.map { "\($0.call) \($0.word)" } == ["user ok", "orders circuit-open"])
    #expect(expectation.headers.map { $0.value?.text } == ["*y", nil])
    #expect(expectation.calls.map(\.backend) == ["users", "users"] && expectation.calls.map(\.times) == [1, nil])
    #expect(expectation.within == .milliseconds(20) && expectation.cache == .miss && expectation.refused == "none")
  }

  @Test func steps() throws {
    let test = try Self.test(
      """
      name: two
      steps:
        - request: GET /a/1
        - { wait: 31s }
        - wait: 1m
          backends: { orders: { "*": { text: no } } }
          request: GET /a/2
      """)
    #expect(test.name == "two")
    #expect(test.steps.map(\.wait) == [.zero, .seconds(31), .seconds(60)])
    #expect(test.steps.map { $0.request?.path } == ["/a/1", nil, "/a/2"])
    #expect(test.steps[2].backends.map(\.backend) == ["orders"])
  }

  @Test(
    arguments: [
      ("requst: GET /a", ["1:1: unknown key `requst`", "did you mean `request`?"]),
      ("name: a", ["1:1: a test needs `request`"]),
      ("request: /a", ["1:10: expected a request such as"]),
      ("request: GET /a\nstatus: 200", ["2:1: unknown key `status`", "`status` belongs into `expect`"]),
      ("request: GET /a\nbackends: { user: {} }", ["2:13: there is no backend `user`", "did you mean `users`?"]),
      ("request: GET /a\nbackends: { users: { get /a: {} } }", ["2:22: `get /a` is no request"]),
      ("request: GET /a\nbackends: { users: { \"*\": { reset: false } } }", ["expected `true`, found `false`"]),
      (
        "request: GET /a\nbackends: { users: { GET /a: { jsn: 1 } } }",
        ["2:32: unknown key `jsn`", "did you mean `json`?"]
      ),
      ("request: GET /a\nbackends: { users: { \"*\": { json: 1, text: a } } }", ["`text` stands beside `json`"]),
      (
        "request: GET /a\nbackends: { users: { \"*\": { status: 500, reset: true } } }",
        ["`status` stands beside `reset`"]
      ),
      (
        "request: GET /a\nbackends: { users: { \"*\": { timeout: true, after: 1s } } }",
        ["`after` stands beside `timeout`"]
      ),
      (
        "request: GET /a\nbackends: { users: { \"*\": { sequence: [], times: 1 } } }",
        ["`times` stands beside `sequence`"]
      ),
      ("request: GET /a\nbackends: { users: { \"*\": { file: none.json } } }", ["`none.json`"]),
      (
        "request: GET /a\nexpect: { outcome: { usr: ok } }",
        ["2:22: no route has a call `usr`", "did you mean `user`?"]
      ),
      ("request: GET /a\nexpect: { outcome: { user: time } }", ["2:28: `time` is no outcome"]),
      ("request: GET /a\nexpect: { calls: { user: { times: 1 } } }", ["2:20: there is no backend `user`"]),
      ("request: GET /a\nexpect: { bodyMatches: \"a[\" }", ["2:"]),
      ("request: GET /a\nexpect: { within: 200 }", ["2:19: `200` is not a duration", "did you mean `200ms`?"]),
      ("request: GET /a\nexpect: { cache: warm }", ["2:18: expected one of `hit`"]),
      ("request: { path: a }", ["1:18: expected a path such as"]),
      ("request: { path: /a, claims: 1 }", ["1:30: expected a mapping"]),
      ("request: { path: /a, identity: { provider: shop } }", ["1:44: there is no provider `shop`"]),
      ("request: { path: /a, identity: {}, claims: {} }", ["1:36: `claims` stands beside `identity`"]),
      ("request: GET /a\nsteps: [{ request: GET /b }]", ["1:1: `request` stands beside `steps`"]),
      ("steps: [{ wait: 1s }, { expect: {} }]", ["1:25: `expect` stands without `request`"]),
      ("steps: [{}]", ["1:9: a step has `request`, `wait`, or both"]),
      ("at: monday\nrequest: GET /a", ["1:5: `monday` is no instant"]),
    ] as [(String, [String])])
  func whatIsWrong(_ text: String, _ words: [String]) throws {
    guard case .failure(let found) = try Self.load(text) else {
      Issue.record("good: \(text)")
      return
    }
    let told = found.text.replacing(" error:", with: "")
    for word in words { #expect(told.contains(word), "\(told)") }
  }

  /// What `--update` would write, and where: the rest of the file stays as it is.
  @Test func placesOfBodies() throws {
    func place(_ text: String) throws -> String { "\(try Self.test(text).steps[0].place)" }
    #expect(try place("request: GET /a\n") == "missing(behind: 1, indent: 0)")
    #expect(try place("request:\n  path: /a\n  headers: {}\nname: b\n") == "missing(behind: 3, indent: 0)")
    #expect(try place("request: GET /a\nexpect:\n  status: 200\n") == "block(line: 3, indent: 2)")
    #expect(try place("request: GET /a\nexpect: { status: 200 }\n") == "flow(line: 2, column: 9)")
    #expect(
      try place("request: GET /a\nexpect: { bodyExactly: { a: 1 }, status: 200 }\n")
        == "value(line: 2, column: 24, endLine: 2, endColumn: 32)")
    #expect(
      try place("request: GET /a\nexpect:\n  bodyExactly:\n    a: 1\n    b: 2\n  status: 200\n")
        == "value(line: 4, column: 5, endLine: 5, endColumn: \(Int.max))")
    #expect(try place("steps:\n  - { request: GET /a }\n") == "none")
  }
}
