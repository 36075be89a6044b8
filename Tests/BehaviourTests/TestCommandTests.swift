import Foundation
import Testing

extension Behaviour {
  /// `weft test`: the stack of the gateway over scripts, by a clock that is set.
  @Suite struct TestCommandTests {
    private static func run(
      _ definition: String, _ tests: [String: String], gateway: String? = nil, more: [String: String] = [:],
      _ options: [String] = []
    ) throws -> (result: FinishedCommand, folder: TemporaryFolder) {
      var files = ["main.yaml": definition, "gateway.yaml": gateway].compactMapValues(\.self).merging(more) { $1 }
      for (name, text) in tests { files["tests/\(name).test.yaml"] = text }
      let folder = try TemporaryFolder(files: files)
      // Warnings of the definitions are not the subject.
      return (try WeftBinary.run(["test", folder.path] + options), folder)
    }

    /// Fails with what the command printed, unless all tests are good.
    private static func expectGood(
      _ definition: String, _ test: String, gateway: String? = nil, more: [String: String] = [:]
    ) throws {
      let result = try run(definition, ["a": test], gateway: gateway, more: more).result
      #expect(result.status == 0 && result.output == "1 tests, all good\n", "\(result)")
    }

    @Test func thoseOfTheCompositionsAreGood() throws {
      let result = try WeftBinary.run(["test", "\(WeftBinary.repository)/compositions"])
      #expect(result.status == 0 && result.output.hasSuffix("tests, all good\n"), "\(result)")
    }

    @Test(arguments: [("docs/testing-compositions.md", 3), ("docs/guide.md", 2)])
    func thoseOfThePageAreGood(_ page: String, _ count: Int) throws {
      let folders = try DocumentedFolder.all(in: page).filter { $0.files.keys.contains { $0.hasPrefix("tests/") } }
      #expect(folders.count == count)
      for documented in folders {
        let folder = try TemporaryFolder(files: documented.files)
        let result = try WeftBinary.run(["test", folder.path])
        #expect(result.status == 0, "\(documented.heading): \(result)")
      }
    }

    // MARK: The stack

    @Test func retriesBreakersAndQueuesAreTheGateways() throws {
      try Self.expectGood(
        """
        backends:
          again: { url: "http://nowhere.invalid/v1", retry: { attempts: 3, on: [connect, 503], backoff: 50ms } }
          broken: { url: "http://127.0.0.1:1", breaker: { minimumCalls: 5, openFor: 10s } }
          narrow: { url: "http://127.0.0.1:1", maxConcurrent: 1, health: { path: /health, every: 1s } }
          small: { url: "http://127.0.0.1:1", maxResponse: 10B }
        routes:
          GET /again: { calls: { v: GET again /v } }
          GET /broken: { calls: { v: GET broken /v } }
          GET /narrow: { timeout: 10s, calls: { a: GET narrow /a, b: GET narrow /b } }
          GET /small: { calls: { v: GET small /v } }
        """,
        """
        backends:
          again: { GET /v: { sequence: [{ status: 503 }, { reset: true }, { json: 7 }] } }
          broken: { "*": { status: 500 } }
          narrow: { GET /a: { json: 1, after: 1s }, GET /b: { json: 2, after: 1s } }
          small: { "*": { json: [1, 2, 3, 4, 5, 6, 7] } }
        steps:
          - { request: GET /again, expect: { status: 200, body: { v: 7 }, calls: { again: { times: 3, path: /v } } } }
          - { request: GET /broken, expect: { outcome: { v: status } } }
          - { request: GET /broken, expect: { outcome: { v: status } } }
          - { request: GET /broken, expect: { outcome: { v: status } } }
          - { request: GET /broken, expect: { outcome: { v: status } } }
          - { request: GET /broken, expect: { outcome: { v: status } } }
          - { request: GET /broken, expect: { outcome: { v: circuit-open }, calls: { broken: { times: 0 } } } }
          - { wait: 11s, request: GET /broken, expect: { outcome: { v: status }, calls: { broken: { times: 1 } } } }
          - { request: GET /narrow, expect: { body: { a: 1, b: 2 }, within: 2s } }
          - { request: GET /small, expect: { outcome: { v: invalid } } }
        """)
    }

    @Test func proxiesFilesAndWhatRunsOnThreads() throws {
      let large = String(repeating: "x", count: 100_000)
      try Self.expectGood(
        """
        backends: { b: { url: "http://127.0.0.1:1" } }
        routes:
          ANY /proxy/*rest: { proxy: "b /p/${path.rest}" }
          GET /files/*rest: { files: { dir: public } }
          GET /nested: { response: { length: "${length(pad_left('a', `90000`, 'b'))}" } }
        """,
        """
        backends:
          b:
            GET /p/large: { file: large.txt }
            PUT /p/up: { json: { ok: true } }
            GET /p/late: { timeout: true }
            GET /p/reset: { reset: true }
        steps:
          - { request: GET /proxy/large, expect: { bodyExactly: \(large) } }
          - { request: { method: PUT, path: /proxy/up, body: \(large) }, expect: { status: 200, calls: { b: { body: \(large) } } } }
          - { request: GET /proxy/late, expect: { status: 504 } }
          - { request: GET /proxy/reset, expect: { status: 502 } }
          - { request: GET /files/a.txt, expect: { bodyExactly: hello, headers: { content-type: "text/plain*" } } }
          - { request: GET /files/b.txt, expect: { status: 404 } }
          - { request: { method: HEAD, path: /files/a.txt }, expect: { status: 200, bodyExactly: "" } }
          - { request: GET /nested, expect: { bodyExactly: { length: 90000 } } }
          - { request: GET /none, expect: { status: 404 } }
          - { request: GET /../a, expect: { status: 400 } }
        """, more: ["public/a.txt": "hello", "tests/large.txt": large])
    }

    @Test func identitiesAreGivenOrVerified() throws {
      try Self.expectGood(
        """
        backends:
          id: { url: "http://127.0.0.1:1" }
          other: { url: "http://127.0.0.1:1", oauth2: { tokenUrl: "http://127.0.0.1:1/t", clientId: a, clientSecret: b } }
        routes:
          GET /key: { auth: { provider: keys, require: "${identity.plan == 'gold'}" }, response: { id: "${identity.subject}" } }
          GET /user: { auth: users, response: { id: "${identity.subject}" } }
          GET /token: { auth: { provider: tokens, scopes: [a] }, response: { id: "${claims.sub}" } }
          GET /asked: { auth: asked, response: { id: "${identity.subject}" } }
          GET /own: { calls: { v: GET other /v } }
        """,
        """
        backends:
          id: { POST /introspect: { json: { active: true, sub: "9" }, after: 10ms } }
          other: { "*": { json: 1 } }
        steps:
          - { request: GET /key, expect: { status: 401, refused: auth } }
          - { request: { path: /key, headers: { x-api-key: secret1 } }, expect: { status: 403, refused: auth } }
          - { request: { path: /key, identity: { subject: x, plan: gold } }, expect: { bodyExactly: { id: x } } }
          - { request: { path: /key, identity: { subject: x, provider: users } }, expect: { status: 401 } }
          - { request: { path: /user, headers: { authorization: "Basic bWlyYTp3cm9uZw==" } }, expect: { status: 401 } }
          - { request: { path: /token, claims: { sub: "7", scope: b } }, expect: { status: 403 } }
          - { request: { path: /token, claims: { sub: "7", scope: a b } }, expect: { bodyExactly: { id: "7" } } }
          - { request: GET /token, expect: { status: 401 } }
          - request: { path: /asked, headers: { authorization: Bearer abc } }
            expect: { bodyExactly: { id: "9" }, within: 10ms, calls: { id: { times: 1, method: POST } } }
          - { request: GET /own, expect: { body: { v: 1 }, calls: { other: { headers: { authorization: "Bearer *" } } } } }
        """,
        gateway: """
          plans: { gold: { limit: 100/1m } }
          auth:
            keys: { apiKey: { keys: keys.yaml } }
            users: { basic: { users: users.yaml } }
            tokens: { jwt: { keys: { backend: id, path: /keys }, algorithms: [ES256] } }
            asked: { introspection: { backend: id, path: /introspect } }
          """,
        more: [
          "keys.yaml": "- { id: acme, sha256: 5b11618c2e44027877d0cd0921ed166b9f176f50587fc91e7534dd2946db77d6 }",
          "users.yaml":
            "mira:$6$saltsaltsalt$TQ7f2oEFWjl8h/jPa9jzbv1R4eHoY17/C.21Y4q2GfFaV5Z8nYSw9hQQMLRDP91CsrHJUNGhCWQzrTokWffc6/",
        ])
    }

    @Test func keysOfRequestsAndLimitsLast() throws {
      try Self.expectGood(
        """
        backends: { b: { url: "http://127.0.0.1:1" } }
        routes:
          POST /pay: { idempotency: { required: true }, calls: { v: { request: POST b /pay, body: "${body}", required: true } } }
          GET /few: { limit: 2/1m, response: {} }
          GET /daily: { limit: 1/day, response: {} }
        """,
        """
        at: 2026-11-27T23:59:30Z
        backends: { b: { POST /pay: { status: 201, json: { id: 1 }, after: 50ms, times: 1 } } }
        steps:
          - { request: { method: POST, path: /pay, body: { a: 1 } }, expect: { status: 400, refused: idempotency } }
          - request: &pay { method: POST, path: /pay, body: { a: 1 }, headers: { idempotency-key: k1 } }
            expect: { status: 200, within: 50ms, calls: { b: { body: { a: 1 } } } }
          - { request: *pay, expect: { status: 200, within: 1ms, body: { v: { id: 1 } }, calls: { b: { times: 0 } } } }
          - { request: GET /few, expect: { status: 200 } }
          - { request: GET /few, expect: { status: 200 } }
          - { request: GET /few, expect: { status: 429, refused: limit } }
          - { request: { path: /few, address: 203.0.113.9 }, expect: { status: 200 } }
          - { request: GET /daily, expect: { status: 200 } }
          - { request: GET /daily, expect: { status: 429 } }
          - { wait: 31s, request: GET /daily, expect: { status: 200 } }
          - { wait: 30s, request: GET /few, expect: { status: 200 } }
        """)
    }

    // MARK: What is told

    private static let simple = """
      backends: { users: { url: "http://127.0.0.1:1" } }
      routes:
        GET /a/:id: { limit: 5/1m, calls: { user: { request: "GET users /users/${path.id}", fallback: {} } } }
        GET /b: { response: { b: 1 } }
      """

    @Test func differencesAreTold() throws {
      let (result, folder) = try Self.run(
        Self.simple,
        [
          "a": """
          name: wrong
          backends: { users: { "*": { json: { name: Mira, age: 3 }, after: 20ms } } }
          request: GET /a/1
          expect:
            status: 201
            outcome: { user: timeout }
            body: { user: { name: Bruno } }
            headers: { x-none: a, content-type: null }
            calls: { users: { times: 2, path: /users/2 } }
            within: 10ms
            cache: hit
            refused: limit
            bodyMatches: user.age > `5`
          """, "b": "request: GET /b\nexpect: { bodyExactly: { b: 1 } }\n",
        ])
      let place = "    \(folder.path)/tests/a.test.yaml:1:1: "
      let lines = [
        "status: expected 201, found 200", "cache: expected hit, found none", "refused: expected limit, found none",
        "outcome of user: expected timeout, found ok", "header x-none: expected a, found none",
        "header content-type: expected none, found application/json",
        #"body.user.name: expected "Bruno", found "Mira""#, "bodyMatches: `user.age > `5`` is false",
        "calls of users: expected 2 like this, found 0; it got GET /users/1",
        "within: expected at most 10ms, took 20ms",
      ]
      #expect(result.status == 1)
      #expect(
        result.output == "✘ wrong\n" + lines.map { "\(place)\($0)\n" }.joined() + "2 tests, 1 failed\n", "\(result)")
    }

    @Test func aRequestWithoutAScriptFails() throws {
      let (result, _) = try Self.run(
        Self.simple, ["a": "request: GET /a/1\nbackends: { users: { GET /users/2: {} } }\n"])
      #expect(result.status == 1)
      #expect(result.output.contains("no script answers GET users /users/1\n"), "\(result)")
    }

    @Test func whatIsNoTestIsToldWithItsPlace() throws {
      let (result, folder) = try Self.run(Self.simple, ["a": "request: GET /b\nexpect: { stats: 200 }\n"])
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(
        result.errors.hasPrefix("\(folder.path)/tests/a.test.yaml:2:11: error: unknown key `stats`")
          && result.errors.contains("did you mean `status`?"), "\(result)")
    }

    @Test func withoutTestsItFails() throws {
      let (none, folder) = try Self.run(Self.simple, [:])
      #expect(none.status == 1 && none.errors == "weft: there are no tests in \(folder.path)/tests\n", "\(none)")
      let (other, _) = try Self.run(Self.simple, ["a": "request: GET /b\n"], ["--filter", "zzz"])
      #expect(other.status == 1 && other.errors == "weft: none of 1 tests has `zzz` in its name\n", "\(other)")
    }

    @Test func filterAndCoverage() throws {
      let (result, _) = try Self.run(
        Self.simple,
        ["a": "request: GET /a/1\nbackends: { users: { \"*\": {} } }\n", "bee": "name: x\nrequest: GET /b\n"],
        ["--filter", "bee", "--coverage"])
      #expect(
        result.output == """
          1 tests, all good
          coverage: 1 of 5 (20%)
            GET /a/:id: no test reaches an answer, `user`, the fallback of `user`, a refusal by `limit`

          """, "\(result)")
    }

    @Test func junit() throws {
      let file = try TemporaryFolder()
      let (result, folder) = try Self.run(
        Self.simple, ["a": "name: <a>\nrequest: GET /b\nexpect: { body: { b: \"<&>\" } }\n", "b": "request: GET /b\n"],
        ["--junit", "\(file.path)/report.xml"])
      #expect(result.status == 1)
      let path = "\(folder.path)/tests/a.test.yaml"
      #expect(
        try String(contentsOfFile: "\(file.path)/report.xml", encoding: .utf8) == """
          <?xml version="1.0" encoding="UTF-8"?>
          <testsuite name="weft" tests="2" failures="1" errors="0">
            <testcase classname="\(path)" name="&lt;a&gt;" time="0.0">
              <failure message="body.b: expected &quot;&lt;&amp;&gt;&quot;, found 1">\(path):1:1: body.b: expected &quot;&lt;&amp;&gt;&quot;, found 1</failure>
            </testcase>
            <testcase classname="\(path.replacing("a.test", with: "b.test"))" name="b" time="0.0"/>
          </testsuite>

          """)
    }

    @Test(
      arguments: [
        ("request: GET /b\n", "request: GET /b\nexpect:\n  bodyExactly: { \"b\": 1 }\n"),
        (
          "request: GET /b\nexpect:\n  # What it is.\n  status: 200\n",
          "request: GET /b\nexpect:\n  # What it is.\n  bodyExactly: { \"b\": 1 }\n  status: 200\n"
        ),
        (
          "request: GET /b\nexpect: { status: 200 }\n",
          "request: GET /b\nexpect: { bodyExactly: { \"b\": 1 }, status: 200 }\n"
        ),
        (
          "request: GET /b\nexpect: { bodyExactly: { c: 1 }, status: 200 } # and so on\n",
          "request: GET /b\nexpect: { bodyExactly: { \"b\": 1 }, status: 200 } # and so on\n"
        ),
        (
          "request: GET /b\nexpect:\n  bodyExactly:\n    c: 1\n    d: 2\n  status: 200\n",
          "request: GET /b\nexpect:\n  bodyExactly:\n    { \"b\": 1 }\n  status: 200\n"
        ),
        (
          "steps:\n  - request: GET /b\n  - wait: 1s\n    request: GET /b\n    expect: { status: 200 }\n",
          "steps:\n  - request: GET /b\n    expect:\n      bodyExactly: { \"b\": 1 }\n  - wait: 1s\n    request: GET /b\n"
            + "    expect: { bodyExactly: { \"b\": 1 }, status: 200 }\n"
        ),
        ("request: GET /b\nexpect: { body: { b: 1 } }\n", "request: GET /b\nexpect: { body: { b: 1 } }\n"),
      ])
    func bodiesAreWritten(_ before: String, _ after: String) throws {
      let (result, folder) = try Self.run(Self.simple, ["a": before], ["--update"])
      #expect(result.status == 0, "\(result)")
      #expect(try String(contentsOfFile: "\(folder.path)/tests/a.test.yaml", encoding: .utf8) == after)
      let again = try WeftBinary.run(["test", folder.path, "--update"])
      #expect(again.output == "1 tests, all good\n", "\(again)")
    }
  }
}
