import JSONText
import Messages
import Plans
import TestSockets
import Testing

@testable import Composing

/// The answer as a whole: its shape, status, headers, `_meta`, strictness.
@Suite(.ownThreads) struct AnswerTests {
  /// Ten times as many lines as a backend may send, and a report that is read after each of many calls.
  @Test func headersOfCallsAreGatheredInOnePass() throws {
    let bench = try Bench(
      #"""
      calls:
        x: { request: GET a /x }
        y: { request: "GET a /y?n=${calls.x.headers.\"x-1\"}" }
      response: { names: "${length(calls.x.headers)}", first: "${calls.x.headers.\"x-0\"}" }
      """#)
    bench.caller.answer(
      "/x", "1", headers: (0..<2560).map { HeaderField("X-\($0 % 1280)", String($0)) })
    #expect(try bench.compose().text.hasPrefix(#"{"names":1280,"first":"0, 1280""#))
    #expect(bench.caller.targets.last?.hasPrefix("GET /y?n=1") == true)
  }

  @Test func theShapeIsWhatTheFileSays() throws {
    let bench = try Bench(
      """
      calls: { x: GET a /x, y: GET b /y }
      response:
        b: ${y}
        a: [ "${x.n}", 1.10, "id ${path.id}", null, { deep: "${x.missing}" } ]
      """)
    bench.caller.answer("/x", #"{"n":1.50}"#)
    bench.caller.answer("/y", #"{"z":{},"a":[]}"#, after: 5)
    #expect(try bench.compose().text == #"{"b":{"z":{},"a":[]},"a":[1.50,1.10,"id 7",null,{"deep":null}]}"#)
  }

  @Test func aStaticAnswerNeedsNoCalls() throws {
    let bench = try Bench(#"response: { id: "${path.id}", up: true }"#)
    #expect(try bench.compose().text == #"{"id":"7","up":true}"#)
  }

  @Test func whatWouldTakeLongIsNotComposedBriefly() throws {
    let bench = try Bench(
      #"response: { n: "${length(path.list[*].[@, $.path.list])}", m: "${sum(path.list)}" }"#, path: "/r/:list")
    func context(_ count: Int) throws -> RequestContext {
      let list = (0..<count).map { "\($0)" }.joined(separator: ",")
      var scope = Scope()
      scope.root.append("path", .slice(try JSONText(string: #"{"list":[\#(list)]}"#).root))
      return RequestContext(scope: scope, started: ScriptedCaller.start)
    }
    #expect(bench.composer.composeBriefly(try context(10))?.text == #"{"n":10,"m":45}"#)
    #expect(bench.composer.composeBriefly(try context(10_000)) == nil)
    #expect(bench.composer.composeStatic(try context(10_000)).text == #"{"n":10000,"m":49995000}"#)
  }

  @Test func aFailedExpressionIsNullAndTold() throws {
    let bench = try Bench(
      """
      calls: { x: GET a /x }
      response: { ok: "${x.n}", savings: "${x.s - `1`}", list: [ "${abs(x.s)}" ] }
      """)
    bench.caller.answer("/x", #"{"n":1,"s":"text"}"#)
    let composite = try bench.compose()
    #expect(
      composite.steadyText
        == #"{"ok":1,"savings":null,"list":[null],"_meta":{"partial":true,"loadedAt":"T","failures":{"response":{"outcome":"expression","fields":["savings","list[0]"]}}}}"#
    )
    #expect(composite.header("weft-outcome") == "response;outcome=expression")
    #expect(composite.answer.status == 200)
  }

  @Test(arguments: [
    ("${abs(y.s)}", "x"), ("{ a: [\"${abs(y.s)}\"] }", "x.a[0]"), ("[{ b: \"${abs(y.s)}\" }]", "x[0].b"),
  ])
  func aFallbackThatFailsIsToldByItsCall(_ fallback: String, _ field: String) throws {
    let text = fallback.hasPrefix("$") ? "\"\(fallback)\"" : fallback
    let bench = try Bench("calls: { y: GET b /y, x: { request: GET a /x, fallback: \(text) } }")
    bench.caller.answer("/y", #"{"s":"text"}"#)
    bench.caller.answer("/x", "", status: 500)
    #expect(try bench.compose().failedFields == [field])
  }

  @Test func statusAndHeadersAreTemplates() throws {
    let bench = try Bench(
      """
      calls: { x: GET a /x }
      status: "${x.ok && `201` || `404`}"
      responseHeaders: { X-Id: "${x.id}", X-None: "${x.none}", X-Bad: "${x.bad}" }
      """)
    bench.caller.answer("/x", #"{"ok":true,"id":5}"#)
    let composite = try bench.compose()
    #expect(composite.answer.status == 201)
    #expect(composite.header("x-id") == "5")
    #expect(composite.header("x-none") == nil)
    bench.caller.answer("/x", #"{"bad":"a\r\nSet-Cookie: b"}"#)
    let bad = try bench.compose()
    #expect(bad.answer.status == 404)
    #expect(bad.header("x-bad") == nil)
    #expect(bad.header("weft-outcome") == "response;outcome=expression")
  }

  @Test(arguments: [
    ("partial", #"{"x":1}"#), ("never", #"{"x":1}"#),
    ("always", #"{"x":1,"m":{"partial":false,"loadedAt":"T"}}"#),
  ]) func metaOfACompleteAnswer(when: String, text: String) throws {
    let bench = try Bench("meta: { name: m, when: \(when) }\ncalls: { x: GET a /x }")
    bench.caller.answer("/x", "1")
    #expect(try bench.compose().steadyText == text)
  }

  @Test func metaGoesOnlyIntoObjects() throws {
    for (body, text) in [("[1]", "[1]"), ("{ }", #"{ "_meta":"#), (#"{"a":1}"#, #"{"a":1,"_meta":"#)] {
      let bench = try Bench("calls: { x: GET a /x, y: GET b /y }\nresponse: ${x}")
      bench.caller.answer("/x", body)
      let composite = try bench.compose()
      #expect(composite.isPartial)
      #expect(composite.text.hasPrefix(text))
      #expect(composite.header("weft-outcome") == "y;outcome=connect;dur=0")
    }
  }

  @Test func strictTurnsAPartialAnswerIntoAFailure() throws {
    let bench = try Bench("calls: { x: GET a /x, y: GET b /y, z: GET b /z }")
    bench.caller.answer("/x")
    bench.caller.fail("/y", .circuitOpen(retryAfter: 3), wasSent: false)
    bench.caller.fail("/z", .timeout)
    let composite = try bench.compose(handling: .strict)
    #expect(composite.answer.status == 503)
    #expect(composite.header("retry-after") == "3")
    #expect(composite.header("preference-applied") == "handling=strict")
    #expect(composite.header("weft-outcome") == "y;outcome=circuit-open, z;outcome=timeout;dur=0")
    #expect(try bench.compose(handling: .lenient).header("preference-applied") == "handling=lenient")
    #expect(try bench.compose().header("preference-applied") == nil)
  }

  @Test func strictWithOnlyAFailedExpressionIs500() throws {
    let bench = try Bench(#"response: { a: "${abs(path.id)}" }"#)
    #expect(try bench.compose(handling: .strict).answer.status == 500)
  }

  @Test func bodiesHeadersAndForwardGoUpstream() throws {
    let bench = try Bench(
      """
      calls:
        x:
          request: POST a /x
          headers: { X-A: "${path.id}", X-None: "${query.none}" }
          body: { id: "${path.id}", list: [1.10, "${query}"] }
      """, method: "POST", backend: "forward: [authorization]")
    bench.caller.answer("/x", "1")
    _ = try bench.compose(
      headers: [HeaderField("authorization", "t"), HeaderField("cookie", "c")], idempotencyKey: "k")
    let request = try #require(bench.caller.sent.first)
    #expect(String(decoding: request.body ?? [], as: UTF8.self) == #"{"id":"7","list":[1.10,{}]}"#)
    #expect(
      Set(request.headers) == [
        HeaderField("authorization", "t"), HeaderField("Idempotency-Key", DerivedKey.text(["k", "", "", "x"])),
        HeaderField("X-A", "7"), HeaderField("Content-Type", "application/json"),
      ])
    #expect(request.isRepeatable)
  }

  @Test func headerInjectionIsInvalidRequest() throws {
    let bench = try Bench(#"calls: { x: { request: GET a /x, headers: { X-A: "${path.id}" } } }"#)
    let composite = try bench.compose(inputs: #"{"path":{"id":"a\r\nHost: b"}}"#)
    #expect(composite.header("weft-outcome") == "x;outcome=invalid-request")
    #expect(bench.caller.sent.isEmpty)
  }

  /// Two lines would leave it to the backend which of them counts.
  @Test func aCallsOwnHeaderIsInPlaceOfTheClients() throws {
    let bench = try Bench(
      """
      calls:
        x:
          request: POST a /x
          headers: { Authorization: service, idempotency-key: "k-${path.id}" }
        y: { request: POST a /y, after: [x] }
      """, method: "POST", backend: "forward: [authorization, idempotency-key, accept-language]")
    bench.caller.answer("/x", "1")
    bench.caller.answer("/y", "1")
    let sent = ["authorization": "client", "idempotency-key": "mine", "accept-language": "sv"]
    _ = try bench.compose(headers: sent.sorted { $0.key < $1.key }.map { HeaderField($0, $1) }, idempotencyKey: "mine")
    #expect(
      bench.caller.sent.map { $0.headers.map { "\($0.name): \($0.value)" } } == [
        ["accept-language: sv", "Authorization: service", "idempotency-key: k-7"],
        ["accept-language: sv", "authorization: client", "Idempotency-Key: \(DerivedKey.text(["mine", "", "", "y"]))"],
      ])
  }
}
