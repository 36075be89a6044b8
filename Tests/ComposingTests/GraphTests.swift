import Messages
import TestSockets
import Testing

@testable import Composing

/// What runs when: stages, order, deadlines, cancellation, sharing.
@Suite(.ownThreads) struct GraphTests {
  @Test func independentCallsRunAtOnceAndDependentOnesAfter() throws {
    let bench = try Bench(
      """
      calls:
        last: "GET b /last/${first.id}/${second.id}"
        first: GET a /first
        second: GET a /second
      """)
    bench.caller.answer("/first", #"{"id":1}"#, after: 30)
    bench.caller.answer("/second", #"{"id":2}"#, after: 20)
    bench.caller.answer("/last/1/2", "true")
    let composite = try bench.compose()
    #expect(bench.caller.targets == ["GET /first", "GET /second", "GET /last/1/2"])
    #expect(composite.text == #"{"last":true,"first":{"id":1},"second":{"id":2}}"#)
  }

  @Test func aCallThatCannotBeFormedIsCancelledByOrder() throws {
    let bench = try Bench(
      """
      calls:
        user: GET a /user
        city: "GET b /city/${user.city}"
        map: "GET b /map/${city.id}"
        hint: "GET b /hint?city=${user.city}"
      """)
    bench.caller.fail("/user", .timeout)
    bench.caller.answer("/hint", "1")
    let composite = try bench.compose()
    #expect(
      composite.header("weft-outcome")
        == "user;outcome=timeout;dur=0, city;outcome=cancelled;because=user, map;outcome=cancelled;because=city")
    #expect(composite.text.contains(#""city":{"outcome":"cancelled","because":"user"}"#))
    #expect(bench.caller.targets == ["GET /user", "GET /hint"])
  }

  @Test func aFallbackLetsItRun() throws {
    let bench = try Bench(
      """
      calls:
        user: { request: GET a /user, fallback: { city: 5 } }
        city: "GET b /city/${user.city}"
      """)
    bench.caller.fail("/user", .timeout)
    bench.caller.answer("/city/5", "1")
    #expect(try bench.compose().header("weft-outcome") == "user;outcome=timeout;used=fallback;dur=0")
  }

  @Test func missingInputIsInvalidRequestAndBlamesTheClient() throws {
    let bench = try Bench(#"calls: { x: { request: "GET a /x/${query.q}", required: true } }"#)
    let composite = try bench.compose()
    #expect(composite.answer.status == 400)
    #expect(composite.header("weft-outcome") == "x;outcome=invalid-request")
    #expect(bench.caller.targets.isEmpty)
  }

  @Test func missingDataIsInvalidRequestAndDoesNot() throws {
    let bench = try Bench(#"calls: { u: GET a /u, x: { request: "GET a /x/${u.q}", required: true } }"#)
    bench.caller.answer("/u")
    #expect(try bench.compose().answer.status == 502)
  }

  @Test func afterOrdersWithoutData() throws {
    let bench = try Bench("calls: { x: { request: GET a /x, after: [y] }, y: GET b /y }")
    bench.caller.answer("/x", "1")
    bench.caller.fail("/y", .timeout)
    #expect(try bench.compose().header("weft-outcome") == "y;outcome=timeout;dur=0")
    #expect(bench.caller.targets == ["GET /y", "GET /x"])
  }

  @Test func equalRequestsAreMadeOnce() throws {
    let bench = try Bench(
      """
      calls:
        x: GET a /same
        y: { request: GET a /same, select: "${@.n}" }
        z: { request: GET a /same, after: [x] }
        other: { request: GET a /same, headers: { X-A: "1" } }
      """)
    bench.caller.answer("/same", #"{"n":1}"#, after: 5)
    #expect(try bench.compose().text == #"{"x":{"n":1},"y":1,"z":{"n":1},"other":{"n":1}}"#)
    #expect(bench.caller.sent.count == 2)
  }

  @Test func callTimeoutIsBoundedByTheRoute() throws {
    let bench = try Bench(
      "timeout: 100ms\ncalls: { x: { request: GET a /x, timeout: 300ms }, y: { request: GET b /y, timeout: 40ms } }")
    bench.caller.answer("/x", after: 500)
    bench.caller.answer("/y", after: 500)
    #expect(try bench.compose().header("weft-outcome") == "x;outcome=timeout;dur=100, y;outcome=timeout;dur=40")
  }

  @Test func aCallThatCannotFinishIsNotStarted() throws {
    let bench = try Bench("timeout: 100ms\ncalls: { x: GET a /x, y: { request: GET b /y, after: [x] } }")
    bench.caller.answer("/x", after: 500)
    #expect(try bench.compose().header("weft-outcome") == "x;outcome=timeout;dur=100, y;outcome=timeout")
    #expect(bench.caller.targets == ["GET /x"])
  }

  @Test func softTimeoutAnswersWithWhatIsReady() throws {
    let bench = try Bench("softTimeout: 50ms\ncalls: { x: GET a /x, y: { request: GET b /y, fallback: 0 } }")
    bench.caller.answer("/x", "1", after: 20)
    bench.caller.answer("/y", "2", after: 200)
    let composite = try bench.compose()
    #expect(composite.text.hasPrefix(#"{"x":1,"y":0,"#))
    #expect(composite.header("weft-outcome") == "y;outcome=timeout;used=fallback;dur=50")
    #expect(bench.caller.cancelled == ["/y"])
  }

  @Test func softTimeoutWaitsForRequiredCallsAndWhatTheyRead() throws {
    let bench = try Bench(
      """
      softTimeout: 50ms
      calls:
        u: GET a /u
        x: { request: "GET a /x/${u.id}", required: true }
        y: GET b /y
      """)
    bench.caller.answer("/u", #"{"id":1}"#, after: 80)
    bench.caller.answer("/x/1", "1", after: 80)
    bench.caller.answer("/y", "1", after: 90)
    let composite = try bench.compose()
    #expect(composite.text.hasPrefix(#"{"u":{"id":1},"x":1,"y":null,"#))
    #expect(composite.header("weft-outcome") == "y;outcome=timeout;dur=50")
  }

  @Test func reportsOfCallsAreInScope() throws {
    let bench = try Bench(
      """
      calls: { x: GET a /x, y: { request: GET b /y, when: "${calls.x.outcome == 'ok'}" } }
      response: { status: "${calls.x.status}", total: "${calls.x.headers.\\"x-total\\"}", y: "${calls.y.outcome}" }
      """)
    bench.caller.answer("/x", headers: [HeaderField("X-Total", "12")])
    bench.caller.answer("/y")
    #expect(try bench.compose().text == #"{"status":200,"total":"12","y":"ok"}"#)
  }
}
