import Messages
import TestSockets
import Testing

@testable import Composing

/// Outcomes of single calls: the word in the header, the entry in `_meta`, the status of the answer.
@Suite(.ownThreads) struct OutcomeTests {
  @Test func completeAnswerHasNoTrace() throws {
    let bench = try Bench("calls: { x: GET a /x, y: GET b /y }")
    bench.caller.answer("/x", #"{"n": 1.10,"n":[ ]}"#)
    bench.caller.answer("/y", "12345678901234567890")
    let composite = try bench.compose()
    #expect(composite.text == #"{"x":{"n": 1.10,"n":[ ]},"y":12345678901234567890}"#)
    #expect(composite.answer.status == 200)
    #expect(composite.header("weft-outcome") == nil)
    #expect(!composite.isPartial)
  }

  struct Failure: CustomTestStringConvertible, Sendable {
    var word: String
    var failure: CallFailure
    var wasSent = true
    /// Of the answer where the call is required.
    var status: Int

    var testDescription: String { word }
  }

  static let failures = [
    Failure(word: "timeout", failure: .timeout, status: 504),
    Failure(word: "connect", failure: .connect("refused"), status: 502),
    Failure(word: "queue", failure: .queue, wasSent: false, status: 503),
    Failure(word: "circuit-open", failure: .circuitOpen(retryAfter: 7), wasSent: false, status: 503),
    Failure(word: "invalid", failure: .invalid("reset"), status: 502),
  ]

  @Test(arguments: failures) func optionalFailureMakesTheAnswerPartial(_ failure: Failure) throws {
    let bench = try Bench("calls: { x: GET a /x, y: GET b /y }")
    bench.caller.fail("/x", failure.failure, wasSent: failure.wasSent)
    bench.caller.answer("/y", "1")
    let composite = try bench.compose()
    let sent = failure.wasSent
    #expect(composite.answer.status == 200)
    #expect(composite.header("weft-outcome") == "x;outcome=\(failure.word)\(sent ? ";dur=0" : "")")
    #expect(
      composite.steadyText
        == #"{"x":null,"y":1,"_meta":{"partial":true,"loadedAt":"T","failures":{"x":{"outcome":"\#(failure.word)"\#(sent ? #","ms":0"# : "")}}}}"#
    )
  }

  @Test(arguments: failures) func requiredFailureIsAProblem(_ failure: Failure) throws {
    let bench = try Bench("calls: { x: { request: GET a /x, required: true }, y: GET b /y }")
    bench.caller.fail("/x", failure.failure, wasSent: failure.wasSent)
    bench.caller.answer("/y", "1", after: 5)
    let composite = try bench.compose()
    #expect(composite.answer.status == failure.status)
    #expect(composite.header("content-type") == "application/problem+json")
    #expect(composite.header("retry-after") == (failure.status == 503 ? failure.word == "queue" ? "1" : "7" : nil))
    #expect(composite.header("weft-outcome")?.contains("y;outcome=cancelled") == true)
    #expect(bench.caller.cancelled == ["/y"])
    #expect(composite.text.contains(#""call":"x""#))
    #expect(!composite.text.contains("refused"))
  }

  @Test func unacceptedStatusIsGiven() throws {
    let bench = try Bench("calls: { x: { request: GET a /x, fallback: [] } }")
    bench.caller.answer("/x", "secret", status: 503)
    let composite = try bench.compose()
    #expect(composite.header("weft-outcome") == "x;outcome=status;used=fallback;status=503;dur=0")
    #expect(
      composite.steadyText
        == #"{"x":[],"_meta":{"partial":true,"loadedAt":"T","failures":{"x":{"outcome":"status","used":"fallback","status":503,"ms":0}}}}"#
    )
  }

  @Test func exposeErrorsShowsTheBody() throws {
    let bench = try Bench("exposeErrors: true\ncalls: { x: GET a /x }")
    bench.caller.answer("/x", "why", status: 500)
    #expect(try bench.compose().text.contains(#""body":"why""#))
  }

  @Test(arguments: [(401, 401), (404, 404), (429, 429), (500, 502), (418, 502)])
  func requiredStatusPassesOrBecomes502(answered: Int, given: Int) throws {
    let bench = try Bench("calls: { x: { request: GET a /x, required: true } }")
    bench.caller.answer(
      "/x", status: answered, headers: [HeaderField("WWW-Authenticate", "Bearer"), HeaderField("Retry-After", "9")])
    let composite = try bench.compose()
    #expect(composite.answer.status == given)
    #expect(composite.header("retry-after") == (given == 502 ? nil : "9"))
    #expect(composite.header("www-authenticate") == (given == 502 ? nil : "Bearer"))
  }

  @Test func passStatusReplacesTheList() throws {
    let bench = try Bench("passStatus: [418]\ncalls: { x: { request: GET a /x, required: true } }")
    bench.caller.answer("/x", status: 418)
    #expect(try bench.compose().answer.status == 418)
    bench.caller.answer("/x", status: 404)
    #expect(try bench.compose().answer.status == 502)
  }

  @Test func absentAndSkippedAreNoFailures() throws {
    let bench = try Bench(
      """
      calls:
        x: { request: GET a /x, absent: [404], required: true }
        y: { request: GET b /y, when: "${query.y}" }
      """)
    bench.caller.answer("/x", status: 404)
    let composite = try bench.compose()
    #expect(composite.text == #"{"x":null,"y":null}"#)
    #expect(composite.header("weft-outcome") == "x;outcome=absent;dur=0, y;outcome=skipped")
    #expect(bench.caller.targets == ["GET /x"])
  }

  @Test(arguments: [#"{"a":"#, "\u{FEFF}", "{}\u{FEFF}", "nul", "{} {}"])
  func brokenJSONIsInvalid(body: String) throws {
    let bench = try Bench("calls: { x: GET a /x }")
    bench.caller.answer("/x", body)
    #expect(try bench.compose().header("weft-outcome") == "x;outcome=invalid;dur=0")
  }

  @Test func emptyBodyAndNoContentAreNull() throws {
    let bench = try Bench("calls: { x: GET a /x, y: GET b /y }")
    bench.caller.answer("/x", "")
    bench.caller.answer("/y", "ignored", status: 204)
    let composite = try bench.compose()
    #expect(composite.text == #"{"x":null,"y":null}"#)
    #expect(!composite.isPartial)
  }

  @Test func textAndSelect() throws {
    let bench = try Bench(
      """
      calls:
        x: { request: GET a /x, as: text }
        y: { request: GET b /y, select: "${@.data.items[0]}" }
        z: { request: GET b /z, select: "${length(@.n)}" }
      """)
    bench.caller.answer("/x", "a\"b")
    bench.caller.answer("/y", #"{"data":{"items":[1e400, 2]}}"#)
    bench.caller.answer("/z", #"{"n":1}"#)
    let composite = try bench.compose()
    #expect(composite.text.hasPrefix(#"{"x":"a\"b","y":1e400,"z":null,"#))
    #expect(composite.header("weft-outcome") == "z;outcome=invalid;dur=0")
  }
}
